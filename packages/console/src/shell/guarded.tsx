import type { ReactNode } from 'react'
import { useWords } from '../i18n/language.tsx'
import { Page } from '../kit/page.tsx'
import { Forbidden } from '../kit/states.tsx'
import { useHeld } from '../kit/use-held.ts'
import { useMe } from '../session/me.ts'
import type { ConsolePage } from './console-app.ts'

/** A page for those who may see it; others are told what they lack. */
export function Guarded({ page, children }: { readonly page: ConsolePage; readonly children: ReactNode }) {
  const title = useWords(page.title)
  const { permissions } = useMe()
  const may = page.permission === undefined || permissions.includes(page.permission)
  const isHeld = useHeld(!may)
  if (may || isHeld) return children
  return (
    <Page title={title}>
      <Forbidden permission={page.permission} />
    </Page>
  )
}
