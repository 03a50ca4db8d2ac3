import { preferences } from '../shell/preferences.ts'

/** The address of a page of sign-in, in the language that was chosen here, that leads back to this very view. */
export function wayBackFrom(page: '/sign-in' | '/second-factor'): string {
  const { pathname, search } = window.location
  const { language } = preferences()
  const query = new URLSearchParams({ next: pathname + search, ...(language !== undefined && { lang: language }) })
  return `${page}?${query}`
}
