/** How far something is, in words; asked for by a screen reader, and not said aloud with each step. */
export function Progress({
  value,
  of,
  children,
}: {
  readonly value: number
  readonly of: number
  readonly children: string
}) {
  return (
    <span
      role="progressbar"
      aria-label={children}
      aria-valuemin={0}
      aria-valuemax={of}
      aria-valuenow={Math.min(value, of)}
      aria-valuetext={children}
    >
      {children}
    </span>
  )
}
