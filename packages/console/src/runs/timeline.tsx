import type { RunDetail } from '../api.gen.ts'
import { common } from '../i18n/common.ts'
import { useFigures, useWords } from '../i18n/language.tsx'
import { Icon, type IconName } from '../kit/icon.tsx'
import { Moment } from '../kit/moment.tsx'
import type { Tone } from '../kit/status.tsx'
import styles from './run.module.css'
import { runWords } from './words.ts'

interface Step {
  readonly key: string
  readonly at: string
  readonly tone: Tone
  readonly icon: IconName
  readonly text: string
}

/** What happened to a run, in order, with the time between. */
export function Timeline({ run }: { readonly run: RunDetail }) {
  const figures = useFigures()
  const steps = useSteps(run)
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

function useSteps(run: RunDetail): readonly Step[] {
  const words = useWords(runWords)
  const { states } = useWords(common)
  const steps: Step[] = [{ key: 'created', at: run.createdAt, tone: 'calm', icon: 'queue', text: words.steps.enqueued }]
  for (const { attempt, startedAt, endedAt } of run.attempts) {
    steps.push({
      key: `start ${attempt} ${startedAt}`,
      at: startedAt,
      tone: 'busy',
      icon: 'play',
      text: words.steps.started(attempt),
    })
    steps.push({
      key: `end ${attempt} ${endedAt}`,
      at: endedAt,
      tone: 'bad',
      icon: 'cross',
      text: words.steps.failed(attempt),
    })
  }
  if (run.endedAt === undefined && run.dueAt !== undefined)
    steps.push({ key: 'due', at: run.dueAt, tone: 'calm', icon: 'clock', text: words.steps.due })
  // The last attempt's failure is that of the run.
  if (run.endedAt !== undefined && (run.state !== 'failed' || run.attempts.length === 0)) {
    const good = run.state === 'succeeded'
    steps.push({
      key: 'end',
      at: run.endedAt,
      tone: good ? 'good' : 'bad',
      icon: good ? 'check' : 'cross',
      text: states[run.state],
    })
  }
  return steps
}
