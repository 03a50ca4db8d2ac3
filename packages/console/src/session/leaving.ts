let leaving = false

/**
 * Somebody is about to go to another page with another session: what ends meanwhile was ended on purpose, and nothing else may lead
 * this page anywhere. False when it came to nothing.
 */
export function setLeaving(isLeaving: boolean): void {
  leaving = isLeaving
}

/** Whether they are. */
export function isLeaving(): boolean {
  return leaving
}
