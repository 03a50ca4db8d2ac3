import { api } from '../api.ts'
import { preferences } from '../shell/preferences.ts'

/** Ends the session here, then shows the page of sign-in. Without sessions, as on a lone machine, nothing is ended. */
export async function signOut(): Promise<void> {
  await api.call({ method: 'POST', path: '/api/v1/auth/sign-out' })
  const { language } = preferences()
  window.location.assign(language === undefined ? '/sign-in' : `/sign-in?lang=${language}`)
}
