import type { Session } from './session.ts'

/** Tells a person what is being done, each thing once. */
export function progress(session: Session): (percent: number, message: string) => void {
  let last = ''
  return (percent, message) => {
    if (message !== last) session.note(`${String(percent).padStart(3)} %  ${message}`)
    last = message
  }
}
