const UNITS: readonly (readonly [number, string])[] = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'min'],
  [1_000, 's'],
]

/** An instant (milliseconds UTC) as the clock on the wall shows it: `2026-11-21 07:22:57`. */
export function localTime(instant: number): string {
  const at = new Date(instant)
  const date = [at.getFullYear(), at.getMonth() + 1, at.getDate()].map(twoDigits).join('-')
  return `${date} ${[at.getHours(), at.getMinutes(), at.getSeconds()].map(twoDigits).join(':')}`
}

/** A length of time in its largest unit: `850 ms`, `3.4 s`, `5 min`, `2 d`. */
export function spell(lengthMs: number): string {
  const length = Math.max(0, lengthMs)
  const [unitMs, unit] = UNITS.find(([size]) => length >= size) ?? [1, 'ms']
  const count = length / unitMs
  return `${count < 10 && unitMs > 1 ? Math.round(count * 10) / 10 : Math.round(count)} ${unit}`
}

/** How far an instant is from now: `3 min ago`, `in 2 h`. */
export function fromNow(instant: number, now: number): string {
  return instant > now ? `in ${spell(instant - now)}` : `${spell(now - instant)} ago`
}

/** Bytes in their largest unit: `12 kB`, `3.4 MB`. */
export function spellBytes(bytes: number): string {
  const power = Math.min(4, Math.max(0, Math.floor(Math.log10(Math.max(1, bytes)) / 3)))
  const count = bytes / 1_000 ** power
  return `${count < 10 && power > 0 ? Math.round(count * 10) / 10 : Math.round(count)} ${['B', 'kB', 'MB', 'GB', 'TB'][power]}`
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0')
}
