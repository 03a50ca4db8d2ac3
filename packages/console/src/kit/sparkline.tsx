import styles from './sparkline.module.css'

/** A row of values as small bars; the words for it stand beside it, or in `label`. */
export function Sparkline({
  values,
  label,
  tone = 'accent',
  width = 96,
  height = 22,
}: {
  readonly values: readonly number[]
  readonly label: string
  readonly tone?: 'accent' | 'bad'
  readonly width?: number
  readonly height?: number
}) {
  const most = Math.max(1, ...values)
  const step = width / Math.max(1, values.length)
  return (
    <svg className={styles.sparkline} data-tone={tone} width={width} height={height} role="img" aria-label={label}>
      {values.map((value, index) => {
        const bar = value <= 0 ? 1 : Math.max(2, (value / most) * height)
        return (
          <rect
            // biome-ignore lint/suspicious/noArrayIndexKey: the place is what a bar stands for
            key={index}
            x={index * step}
            y={height - bar}
            width={Math.max(1, step - 1)}
            height={bar}
            data-empty={value <= 0 || undefined}
          />
        )
      })}
    </svg>
  )
}
