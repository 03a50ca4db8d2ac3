import type { Random } from '@regie/engine'

/** What a folder is called until its backup is complete, and again while it is being removed. */
export const PARTIAL = '.partial'

const PATTERN = /^(\d{4}-\d{2}-\d{2})T(\d{2})-(\d{2})-(\d{2})Z-[0-9a-f]{6}/

/** `2026-03-01T01-30-00Z-4f9a1c`: sorts by time, says when in UTC, and no two are equal. */
export function backupName(now: number, random: Random): string {
  return `${timestamp(now)}-${shortId(random)}`
}

/** An instant as part of a file name, to the second, in UTC. */
export function timestamp(now: number): string {
  return `${new Date(now).toISOString().slice(0, 19).replaceAll(':', '-')}Z`
}

/** Six hexadecimal digits. */
export function shortId(random: Random): string {
  return Math.floor(random() * 0x1000000)
    .toString(16)
    .padStart(6, '0')
}

/** The instant in a backup's name (milliseconds UTC); undefined when it is not such a name. */
export function instantOf(name: string): number | undefined {
  const [, date, hours, minutes, seconds] = PATTERN.exec(name) ?? []
  const instant = Date.parse(`${date}T${hours}:${minutes}:${seconds}Z`)
  return Number.isNaN(instant) ? undefined : instant
}
