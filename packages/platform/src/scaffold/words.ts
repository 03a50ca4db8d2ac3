/** The id of an app, in the forms its code needs. */
export interface AppWords {
  /** `meeting-rooms` */
  readonly id: string
  /** `meetingRooms` */
  readonly camel: string
  /** `MeetingRooms` */
  readonly pascal: string
  /** `Meeting rooms` */
  readonly title: string
  /** `meeting_rooms_` */
  readonly prefix: string
}

/** Spells an id. */
export function wordsOf(id: string): AppWords {
  const parts = id.split('-').filter((part) => part !== '')
  const pascal = parts.map(capital).join('')
  return {
    id,
    pascal,
    camel: `${pascal.slice(0, 1).toLowerCase()}${pascal.slice(1)}`,
    title: capital(parts.join(' ')),
    prefix: `${id.replaceAll('-', '_')}_`,
  }
}

function capital(word: string): string {
  return `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`
}
