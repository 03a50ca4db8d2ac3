import { Button } from '@mantine/core'
import { useEffect, useMemo, useState } from 'react'
import { useFigures, useWords } from '../i18n/language.tsx'
import { JsonView } from '../kit/json-view.tsx'
import { Page as Frame, Section } from '../kit/page.tsx'
import { EmptyByFilter, Loading, State } from '../kit/states.tsx'
import { Status } from '../kit/status.tsx'
import { type Level, type LogLine, matching } from './line.ts'
import { LineFilter, useLineFilter } from './line-filter.tsx'
import { LogWindow } from './log-window.tsx'
import styles from './logs.module.css'
import { emptyTail, followLog, useTail } from './tail.ts'
import { useFrozen } from './use-frozen.ts'
import { logWords } from './words.ts'

/** The log as it is written: it follows until somebody scrolls up, and then stands still. */
export function Page() {
  const words = useWords(logWords)
  const filter = useLineFilter('info')
  const { level, search, setSearch } = filter
  useEffect(() => followLog(level), [level])
  return (
    <Frame title={words.title} about={words.about}>
      <LineFilter filter={filter} />
      <Lines level={level} search={search} onClear={() => setSearch('')} />
    </Frame>
  )
}

function Lines({
  level,
  search,
  onClear,
}: {
  readonly level: Level
  readonly search: string
  readonly onClear: () => void
}) {
  const words = useWords(logWords)
  const { count } = useFigures()
  const { lines, state, several } = useTail()
  const { source, follows, fresh, freeze, thaw, follow } = useFrozen(lines)
  const [chosen, setChosen] = useState<LogLine>()
  const shown = useMemo(() => matching(source, level, search), [source, level, search])
  if (lines.length === 0)
    return (
      <Section flush>
        {state === 'connecting' && <Loading rows={10} />}
        {state === 'lost' && (
          <div data-state="failed">
            <State icon="offline" tone="bad" title={words.lostTitle}>
              {words.lost}
            </State>
          </div>
        )}
        {state === 'connected' && (
          <State icon="log" title={words.emptyTitle}>
            {words.emptyNext}
          </State>
        )}
      </Section>
    )
  return (
    <>
      <Section flush>
        <div className={styles.tools}>
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
          <span className="soft">{words.lines(count(shown.length))}</span>
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
        </div>
        {shown.length === 0 ? (
          <EmptyByFilter onClear={onClear}>{words.noneHeard}</EmptyByFilter>
        ) : (
          <LogWindow
            lines={shown}
            several={several}
            follows={follows}
            chosen={chosen}
            onChoose={setChosen}
            onFreeze={freeze}
            onFollow={thaw}
          />
        )}
      </Section>
      {chosen !== undefined && (
        <Section
          title={words.line}
          aside={
            <Button size="compact-xs" variant="subtle" onClick={() => setChosen(undefined)}>
              {words.close}
            </Button>
          }
        >
          <JsonView value={{ process: chosen.process, ...chosen.fields }} label={words.line} />
        </Section>
      )}
    </>
  )
}
