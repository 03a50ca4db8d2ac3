import { useEffect, useRef } from 'react'
import { type GetViewsInput, getViews, type View } from '../api.gen.ts'
import { useApi } from '../use-api.ts'

/** A list that views are kept for. */
export type ViewList = NonNullable<GetViewsInput['list']>

/** The views of a list: one's own and the shared ones. */
export function useViews(list: ViewList) {
  return useApi(getViews, { list })
}

/** A list that is opened without a filter begins with the view that its reader chose. */
export function useDefaultView(
  views: readonly View[] | undefined,
  filter: string,
  onChoose: (view: View) => void,
): void {
  const isOpened = useRef(false)
  useEffect(() => {
    if (isOpened.current || views === undefined) return
    isOpened.current = true
    const view = views.find(({ isDefault }) => isDefault)
    if (view !== undefined && filter === '') onChoose(view)
  }, [views, filter, onChoose])
}
