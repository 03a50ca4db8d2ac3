import type { WorkflowStep } from '../api.gen.ts'
import { useFigures, useWords } from '../i18n/language.tsx'
import styles from './gantt.module.css'
import type { Ticks } from './gantt-axis.tsx'
import { toneOfStep } from './step-status.tsx'
import type { Range } from './time-axis.ts'
import { workflowWords } from './words.ts'

/** Of the hatching of what was tried again; drawn once for all bars. */
const AGAIN = 'gantt-again'
const WAITS: ReadonlySet<WorkflowStep['kind']> = new Set(['sleep', 'wait', 'signal'])
const TRIED_AGAIN: ReadonlySet<WorkflowStep['state']> = new Set(['retry', 'again'])
const LEAST = 0.4
const END_ROOM = 88

/** It passes time instead of working. */
function isWaiting({ kind }: Pick<WorkflowStep, 'kind'>): boolean {
  return WAITS.has(kind)
}

/** It was tried more than once. */
function isTriedAgain({ attempt, state }: Pick<WorkflowStep, 'attempt' | 'state'>): boolean {
  return attempt > 1 || TRIED_AGAIN.has(state)
}

/** The hatching that bars refer to. */
export function Hatching() {
  return (
    <svg width="0" height="0" className={styles.defs} aria-hidden="true">
      <pattern id={AGAIN} width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
        <rect width="2.2" height="6" className={styles.hatch} />
      </pattern>
    </svg>
  )
}

/**
 * One step over time: a block while it works, hatched and with its number where it was tried again, a dashed line while it only
 * waits, an arrow where it began before or goes on after what is shown. Its words stand in the columns beside it.
 */
export function Bar({
  step,
  whole,
  range,
  ticks,
  critical,
}: {
  readonly step: WorkflowStep
  readonly whole: Range
  readonly range: Range
  readonly ticks: Ticks
  readonly critical: boolean
}) {
  const words = useWords(workflowWords)
  const { lapse } = useFigures()
  const from = Date.parse(step.startedAt)
  const to = step.endedAt === undefined ? whole.to : Date.parse(step.endedAt)
  const percent = (at: number): number => (100 * (at - range.from)) / (range.to - range.from)
  const [rawStart, rawEnd] = [percent(from), percent(to)]
  const start = Math.min(Math.max(0, rawStart), 100 - LEAST)
  const end = Math.min(100, Math.max(rawEnd, start + LEAST))
  const again = isTriedAgain(step)
  const look = {
    'data-tone': toneOfStep(step),
    'data-open': step.endedAt === undefined || undefined,
    'data-critical': critical || undefined,
  }
  const at = { x: `${start}%`, width: `${end - start}%`, y: 3, height: 10, rx: 2 }
  const isBefore = rawEnd < 0
  const isAfter = rawStart > 100
  return (
    <>
      <svg className={styles.bar} width="100%" height={16} aria-hidden="true" data-axis>
        {ticks.at.map(({ share, instant }) => (
          <line key={instant} className={styles.grid} x1={`${share * 100}%`} x2={`${share * 100}%`} y1="-8" y2="24" />
        ))}
        {!isBefore && !isAfter && isWaiting(step) && (
          <g {...look} data-waits>
            <line x1={`${start}%`} x2={`${end}%`} y1="8" y2="8" />
            <rect x={`${start}%`} width="2" y="4" height="8" />
            {step.endedAt !== undefined && <rect x={`${end}%`} width="2" y="4" height="8" transform="translate(-2)" />}
          </g>
        )}
        {!isBefore && !isAfter && !isWaiting(step) && (
          <>
            <rect {...at} {...look} />
            {again && <rect {...at} fill={`url(#${AGAIN})`} data-again />}
          </>
        )}
        {again && !isBefore && !isAfter && (
          <text
            x={`${end < END_ROOM ? end : start}%`}
            dx={end < END_ROOM ? 5 : -5}
            y="12"
            textAnchor={end < END_ROOM ? 'start' : 'end'}
          >
            {words.times(step.attempt)}
          </text>
        )}
        {rawStart < 0 && <text y="12">‹</text>}
        {rawEnd > 100 && (
          <text x="100%" y="12" textAnchor="end">
            ›
          </text>
        )}
      </svg>
      <span className="unseen">{words.beginsAt(lapse(from - whole.from, 1))}</span>
    </>
  )
}
