import './valid-language.ts'
import 'uplot/dist/uPlot.min.css'
import { useComputedColorScheme } from '@mantine/core'
import { useEffect, useRef } from 'react'
import uPlot from 'uplot'
import { common } from '../i18n/common.ts'
import { useFigures, useWords } from '../i18n/language.tsx'
import styles from './chart.module.css'

/** One line of a chart. */
export interface Series {
  readonly title: string
  readonly values: readonly (number | null)[]
  /** A variable of theme.css without its dashes. Default `accent`. */
  readonly colour?: 'accent' | 'good' | 'busy' | 'warn' | 'bad' | 'soft'
}

const FLAT = 4
const HEADROOM = 0.1

/** Lines over time (milliseconds UTC), in the zone of the organisation. What it shows is also said in `label`. */
export function Chart({
  label,
  times,
  series,
  height = 180,
  format = String,
}: {
  readonly label: string
  readonly times: readonly number[]
  readonly series: readonly Series[]
  readonly height?: number
  readonly format?: (value: number) => string
}) {
  const place = useRef<HTMLDivElement>(null)
  const { timeZone, short } = useFigures()
  const { time } = useWords(common)
  const scheme = useComputedColorScheme()
  // biome-ignore lint/correctness/useExhaustiveDependencies: the colours are read anew when the scheme changes
  useEffect(() => {
    const element = place.current
    if (element === null) return
    const style = getComputedStyle(document.documentElement)
    const colour = (name: string): string => style.getPropertyValue(`--${name}`).trim()
    const axis = {
      stroke: colour('soft'),
      grid: { stroke: colour('line'), width: 1 },
      ticks: { stroke: colour('line') },
    }
    const write = (seconds: number): string => short(seconds * 1_000, Date.now())
    const plot = new uPlot(
      {
        width: element.clientWidth,
        height,
        tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1_000), timeZone),
        legend: { live: true },
        cursor: { y: false },
        // Of nothing but zeros it would make an axis to 100.
        scales: {
          y: { range: (_, min, max) => (min === max ? [min, min + FLAT] : uPlot.rangeNum(min, max, HEADROOM, true)) },
        },
        // By itself it writes times as in America, whatever is spoken.
        axes: [
          { ...axis, space: 90, values: (_, instants) => instants.map(write) },
          { ...axis, size: 64, values: (_, values) => values.map(format) },
        ],
        series: [
          { label: time, value: (_: uPlot, instant: number | null) => (instant === null ? '–' : write(instant)) },
          ...series.map((each) => ({
            label: each.title,
            stroke: colour(each.colour ?? 'accent'),
            width: 1.5,
            points: { show: times.length < 40 },
            value: (_: uPlot, value: number | null) => (value === null ? '–' : format(value)),
          })),
        ],
      },
      [times.map((time) => time / 1_000), ...series.map(({ values }) => [...values])],
      element,
    )
    const observer = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height }))
    observer.observe(element)
    return () => {
      observer.disconnect()
      plot.destroy()
    }
  }, [times, series, height, format, timeZone, scheme, short, time])
  return <div ref={place} className={styles.chart} role="img" aria-label={label} translate="no" />
}
