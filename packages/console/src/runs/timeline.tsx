import type { ReactNode } from 'react'
import type { RunDetail } from '../api.gen.ts'
import { common } from '../i18n/common.ts'
import { useFigures, useWords } from '../i18n/language.tsx'
import { Icon, type IconName } from '../kit/icon.tsx'
import { Moment } from '../kit/moment.tsx'
import type { Tone } from '../kit/status.tsx'
import { ReplayedBy } from './replayed-by.tsx'
import styles from './run.module.css'
import { type Replay, type RunHistory, triesOf } from './tries.ts'
import { runWords } from './words.ts'

interface Step {
  readonly key: string
  readonly at: string
  readonly tone: Tone
  readonly icon: IconName
  readonly text: ReactNode
}

/** What happened to a run, in order, with the time between. */
export function Timeline({ run, history }: { readonly run: RunDetail; readonly history: RunHistory }) {
  const figures = useFigures()
  const steps = useSteps(run, history)
  return (
    <ol className={styles.timeline}>
      {steps.map(({ key, at, tone, icon, text }, index) => {
        const before = steps[index - 1]
        const gap = before === undefined ? undefined : Date.parse(at) - Date.parse(before.at)
        return (
          <li key={key} data-tone={tone}>
            <span className={styles.dot}>
              <Icon name={icon} size={12} />
            </span>
            <span>{text}</span>
            <span className="soft">
              <Moment at={at} exact />
              {gap !== undefined && gap > 0 && <span translate="no"> (+{figures.duration(gap)})</span>}
            </span>
          </li>
        )
      })}
    </ol>
  )
}

function useSteps(run: RunDetail, history: RunHistory): readonly Step[] {
  const words = useWords(runWords)
  const { states } = useWords(common)
  const { tries, waiting } = triesOf(run, history)
  const steps: Step[] = [{ key: 'created', at: run.createdAt, tone: 'calm', icon: 'queue', text: words.steps.enqueued }]
  for (const { no, startedAt, endedAt, outcome, replays } of tries) {
    steps.push(...replays.map(replayed))
    if (startedAt !== undefined)
      steps.push({ key: `start ${no}`, at: startedAt, tone: 'busy', icon: 'play', text: words.steps.started(no) })
    if (endedAt !== undefined && outcome !== 'running')
      steps.push({ key: `end ${no}`, at: endedAt, ...endOf(outcome), text: words.steps[outcome](no) })
  }
  steps.push(...waiting.map(replayed))
  if (run.endedAt === undefined && run.dueAt !== undefined)
    steps.push({ key: 'due', at: run.dueAt, tone: 'calm', icon: 'clock', text: words.steps.due })
  const last = tries.at(-1)
  // The end of the last time at work is that of the run; what never came to it has one of its own.
  if (run.endedAt !== undefined && (last === undefined || waiting.length > 0 || last.outcome !== run.state)) {
    const isBad = run.state === 'failed' || run.state === 'expired'
    steps.push({
      key: 'end',
      at: run.endedAt,
      tone: isBad ? 'bad' : 'calm',
      icon: isBad ? 'cross' : 'stop',
      text: states[run.state],
    })
  }
  return steps
}

function replayed(replay: Replay): Step {
  const { at } = replay
  return { key: `replay ${at}`, at, tone: 'calm', icon: 'retry', text: <ReplayedBy replay={replay} /> }
}

function endOf(outcome: 'failed' | 'succeeded' | 'cancelled'): Pick<Step, 'tone' | 'icon'> {
  if (outcome === 'succeeded') return { tone: 'good', icon: 'check' }
  return outcome === 'failed' ? { tone: 'bad', icon: 'cross' } : { tone: 'calm', icon: 'stop' }
}
