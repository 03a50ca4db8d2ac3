import { api } from '../api.ts'
import { complain } from '../kit/toasts.tsx'
import { preferences } from '../shell/preferences.ts'
import { forgetRecent } from '../shell/recent.ts'
import { setLeaving } from './leaving.ts'

/** Ends the session here, then shows the page of sign-in. Without sessions, as on a lone machine, nothing is ended. */
export async function signOut(): Promise<void> {
  setLeaving(true)
  try {
    await api.call({ method: 'POST', path: '/api/v1/auth/sign-out' })
  } catch (error) {
    setLeaving(false)
    // Who believes to be signed out leaves the machine to others.
    return complain(error)
  }
  forgetRecent()
  const { language } = preferences()
  window.location.assign(language === undefined ? '/sign-in' : `/sign-in?lang=${language}`)
}
