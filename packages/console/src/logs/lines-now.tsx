import { Button } from '@mantine/core'
import { useEffect, useMemo, useState } from 'react'
import type { GetLogsInput } from '../api.gen.ts'
import { useFigures, useWords } from '../i18n/language.tsx'
import { Section } from '../kit/page.tsx'
import { Failed, Loading, State } from '../kit/states.tsx'
import { Status } from '../kit/status.tsx'
import { KEPT } from './heard.ts'
import { type Level, matching } from './line.ts'
import { LogLines } from './log-lines.tsx'
import { emptyTail, followLog, useTail } from './tail.ts'
import { useFrozen } from './use-frozen.ts'
import { useHistory } from './use-history.ts'
import { logWords } from './words.ts'

// More than a window shows.
const ENOUGH = 100
// Each reads 8 MB of the files: nobody waits for a word that is nowhere.
const MOST_PAGES = 25

/** Which lines are shown. */
export interface ShownLines {
  readonly level: Level
  readonly search: string
  /** What the server is asked for, once no more is typed. */
  readonly asked: GetLogsInput
  /** With what consoles ask for to show it. */
  readonly looks: boolean
  readonly onSearch: (search: string) => void
}

/** Reads on until there are some to show, or enough has been looked through. */
export function useFilled(
  { hasMore, isReading, error, pages, read }: ReturnType<typeof useHistory>,
  shown: number,
): void {
  const isWanted = shown < ENOUGH && hasMore && !isReading && error === null && pages < MOST_PAGES
  useEffect(() => {
    if (isWanted) read()
  })
}

/** The newest lines and what is written: it follows until somebody scrolls up, and then stands still. */
export function LinesNow({ level, search, asked, looks, onSearch }: ShownLines) {
  const words = useWords(logWords)
  const { count } = useFigures()
  const [round, setRound] = useState(0)
  // biome-ignore lint/correctness/useExhaustiveDependencies: another round begins anew
  useEffect(() => followLog(level, looks), [level, looks, round])
  const { lines: heard, state, several, past, older: place, since } = useTail()
  const { source, follows, news, freeze, thaw, follow } = useFrozen(heard)
  // Once the oldest of many were let go, what was read before them is no neighbour any more.
  const isFull = source.length >= KEPT
  const first = isFull && !follows ? source[0] : undefined
  const ofFull = first && { to: new Date(first.at + 1).toISOString() }
  const ofBegun = place === undefined ? undefined : { cursor: place }
  const before = isFull ? ofFull : ofBegun
  const older = useHistory(['now', asked, round, isFull && (first?.seq ?? 0), place], before && { ...asked, ...before })
  const lines = useMemo(() => {
    const all = older.lines.length === 0 ? source : [...older.lines, ...source]
    return matching(all, level, search)
  }, [older.lines, source, level, search])
  const fresh = useMemo(() => matching(news, level, search).length, [news, level, search])
  useFilled(older, lines.length)
  if (heard.length === 0 && older.pages === 0) {
    if (state === 'connecting' || past === 'reading')
      return <Section flush>{state === 'lost' ? <Lost /> : <Loading rows={10} />}</Section>
    return (
      <Section flush>
        {typeof past === 'object' && <Failed error={past} onRetry={() => setRound(round + 1)} />}
        {past === 'read' && state === 'lost' && <Lost />}
        {past === 'read' && state === 'connected' && (
          <State icon="log" title={words.emptyTitle}>
            {since === undefined ? words.noFiles : words.emptyNext}
          </State>
        )}
      </Section>
    )
  }
  return (
    <LogLines
      lines={lines}
      several={several}
      follows={follows}
      older={older}
      onSearch={onSearch}
      onOlder={isFull && follows ? freeze : older.hasMore ? older.read : undefined}
      onFreeze={freeze}
      onEnd={thaw}
      tools={
        <>
          <span role="status">
            {state === 'lost' ? (
              <Status tone="bad" icon="offline">
                {words.lost}
              </Status>
            ) : (
              <Status tone={follows ? 'good' : 'warn'} icon={follows ? 'play' : 'held'}>
                {follows ? words.following : words.stopped}
              </Status>
            )}
          </span>
          {typeof past === 'object' && (
            <Button size="compact-xs" variant="default" onClick={() => setRound(round + 1)}>
              {words.pastFailed}
            </Button>
          )}
          {!follows && (
            <Button size="compact-xs" variant="default" onClick={follow}>
              {words.follow(count(fresh))}
            </Button>
          )}
          <Button
            size="compact-xs"
            variant="subtle"
            color="gray"
            onClick={() => {
              follow()
              emptyTail()
            }}
          >
            {words.clear}
          </Button>
        </>
      }
    />
  )
}

function Lost() {
  const words = useWords(logWords)
  return (
    <div data-state="failed">
      <State icon="offline" tone="bad" title={words.lostTitle}>
        {words.lost}
      </State>
    </div>
  )
}
