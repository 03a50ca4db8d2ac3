import { Button } from '@mantine/core'
import { useMemo, useState } from 'react'
import type { RunDetail } from '../api.gen.ts'
import { useFigures, useWords } from '../i18n/language.tsx'
import { Go } from '../kit/go.tsx'
import { JsonView } from '../kit/json-view.tsx'
import { Section } from '../kit/page.tsx'
import { EmptyByFilter, Failed, Loading } from '../kit/states.tsx'
import { Status } from '../kit/status.tsx'
import { type LogLine, matching } from '../logs/line.ts'
import { LineFilter, useLineFilter } from '../logs/line-filter.tsx'
import { LogWindow } from '../logs/log-window.tsx'
import logs from '../logs/logs.module.css'
import { useFrozen } from '../logs/use-frozen.ts'
import { useMay, useMe } from '../session/me.ts'
import styles from './run.module.css'
import { useRunLines } from './run-lines.ts'
import type { Try } from './tries.ts'
import { runWords } from './words.ts'

/** What a run has logged, attempt by attempt, and what it logs now. */
export function RunLog({
  run: { id, org, endedAt },
  tries = [],
}: {
  readonly run: Pick<RunDetail, 'id' | 'org' | 'endedAt'>
  /** When it was at work: attempts are numbered through all of them. */
  readonly tries?: readonly Try[]
}) {
  const words = useWords(runWords)
  const mayTail = useMay('logs.read')
  const isOver = endedAt !== undefined
  const me = useMe()
  const known = useRunLines(id, org !== me.org.id && !isOver)
  const { lines, state, error, onRetry } = known
  return (
    <Section
      title={words.log}
      aside={
        // The log tells what is written from now on: of a run that has ended it is all here.
        mayTail &&
        !isOver && (
          <Go to="/logs" search={{ q: `run:${id}`, level: 'debug' }}>
            {words.openLog}
          </Go>
        )
      }
      flush
    >
      {error !== undefined && state === 'failed' && <Failed error={error} onRetry={onRetry} />}
      {lines.length === 0 && state === 'loading' && <Loading rows={3} />}
      {lines.length === 0 && state === 'ready' && (
        <p className={styles.none}>{isOver ? words.noLogAnyMore : words.noLog}</p>
      )}
      {lines.length > 0 && (
        <Lines lines={lines} cut={known.cut} dropped={known.dropped} isOver={isOver} tries={tries} />
      )}
    </Section>
  )
}

function Lines({
  lines,
  cut,
  dropped,
  isOver,
  tries,
}: {
  readonly lines: readonly LogLine[]
  readonly cut: number
  readonly dropped: number
  readonly isOver: boolean
  readonly tries: readonly Try[]
}) {
  const words = useWords(runWords)
  const { count } = useFigures()
  const filter = useLineFilter('debug')
  const { level, search } = filter
  const { source, follows, news, freeze, thaw, follow } = useFrozen(lines)
  const [chosen, setChosen] = useState<LogLine>()
  const found = useMemo(() => matching(source, level, search), [source, level, search])
  const shown = useMemo(() => withAttempts(found, tries, words.attemptNo), [found, tries, words])
  return (
    <>
      <div className={styles.filter}>
        <LineFilter filter={filter} />
      </div>
      <div className={logs.tools}>
        {!isOver && (
          <span role="status">
            <Status tone={follows ? 'good' : 'warn'} icon={follows ? 'play' : 'held'}>
              {follows ? words.logFollowing : words.logStopped}
            </Status>
          </span>
        )}
        <span className="soft">{words.logCount(count(found.length))}</span>
        {cut > 0 && <span className="soft">{words.logCut(count(cut))}</span>}
        {dropped > 0 && (
          <Status tone="warn" icon="error">
            {words.logDropped(count(dropped))}
          </Status>
        )}
        {!follows && news.length > 0 && (
          <Button size="compact-xs" variant="default" onClick={follow}>
            {words.logFollow(count(news.length))}
          </Button>
        )}
      </div>
      {found.length === 0 ? (
        <EmptyByFilter onClear={() => filter.setSearch('')} />
      ) : (
        <LogWindow
          label={words.logLines}
          lines={shown}
          isShort
          follows={follows}
          chosen={chosen}
          onChoose={setChosen}
          onFreeze={freeze}
          onFollow={thaw}
        />
      )}
      {chosen !== undefined && (
        <div className={styles.chosen}>
          <JsonView value={chosen.fields} label={words.logLine} />
          <Button size="compact-xs" variant="subtle" onClick={() => setChosen(undefined)}>
            {words.logClose}
          </Button>
        </div>
      )}
    </>
  )
}

/** A heading before the lines of each attempt, where there is more than one. */
function withAttempts(
  lines: readonly LogLine[],
  tries: readonly Try[],
  headingOf: (attempt: number) => string,
): readonly LogLine[] {
  const last = tries.at(-1)
  const before = tries.at(-2)
  // The engine numbers anew when a run is replayed.
  const attemptOf = ({ at, fields }: LogLine): number => {
    const isNow = last?.outcome === 'running' && (before?.endedAt === undefined || at > Date.parse(before.endedAt))
    const known = isNow
      ? last
      : tries.findLast(({ startedAt }) => startedAt !== undefined && Date.parse(startedAt) <= at)
    return known?.no ?? Number(fields['attempt'])
  }
  if (new Set(lines.map(attemptOf)).size < 2) return lines
  return lines.flatMap((line, index) => {
    const previous = lines[index - 1]
    const isFirst = previous === undefined || attemptOf(previous) !== attemptOf(line)
    return isFirst ? [{ ...line, seq: -line.seq, heading: headingOf(attemptOf(line)) }, line] : [line]
  })
}
