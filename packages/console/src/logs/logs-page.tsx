import { Button, Select, TextInput } from '@mantine/core'
import { useEffect, useMemo, useState } from 'react'
import { useFigures, useWords } from '../i18n/language.tsx'
import { Icon } from '../kit/icon.tsx'
import { JsonView } from '../kit/json-view.tsx'
import { Page as Frame, Section } from '../kit/page.tsx'
import { EmptyByFilter, Loading, State } from '../kit/states.tsx'
import { Status } from '../kit/status.tsx'
import { Toolbar } from '../kit/toolbar.tsx'
import { useSearchText } from '../kit/use-search.ts'
import { useConnection } from '../live/connection.ts'
import { LEVELS, type Level, type LogLine, matching } from './line.ts'
import { LogWindow } from './log-window.tsx'
import styles from './logs.module.css'
import { emptyTail, followLog, useTail } from './tail.ts'
import { logWords } from './words.ts'

/** The log as it is written: it follows until somebody scrolls up, and then stands still. */
export function Page() {
  const words = useWords(logWords)
  const [level, setLevel] = useLevel()
  const [search, setSearch] = useSearchText('q')
  useEffect(() => followLog(level), [level])
  return (
    <Frame title={words.title} about={words.about}>
      <Toolbar>
        <Select
          aria-label={words.level}
          data={LEVELS.map((value) => ({ value, label: words.levels[value] }))}
          value={level}
          allowDeselect={false}
          onChange={(value) => setLevel(LEVELS.find((each) => each === value) ?? 'info')}
          w={160}
        />
        <TextInput
          aria-label={words.search}
          placeholder={words.search}
          leftSection={<Icon name="search" size={14} />}
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
          style={{ flex: '1 1 200px' }}
          data-filter
        />
      </Toolbar>
      <Lines level={level} search={search} onClear={() => setSearch('')} />
    </Frame>
  )
}

function useLevel(): readonly [Level, (level: Level) => void] {
  const [text, setText] = useSearchText('level')
  return [LEVELS.find((level) => level === text) ?? 'info', setText]
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
  const { paused } = useConnection()
  // What somebody reads stays where it is, though more is heard meanwhile.
  const [frozen, setFrozen] = useState<readonly LogLine[]>()
  const [chosen, setChosen] = useState<LogLine>()
  // The header's pause stops this too.
  // biome-ignore lint/correctness/useExhaustiveDependencies: only the pause itself stops and goes on
  useEffect(() => setFrozen((old) => (paused ? (old ?? lines) : undefined)), [paused])
  const source = frozen ?? lines
  const shown = useMemo(() => matching(source, level, search), [source, level, search])
  const fresh = frozen === undefined ? 0 : (lines.at(-1)?.seq ?? 0) - (frozen.at(-1)?.seq ?? 0)
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
              <Status tone={frozen === undefined ? 'good' : 'warn'} icon={frozen === undefined ? 'play' : 'held'}>
                {frozen === undefined ? words.following : words.stopped}
              </Status>
            )}
          </span>
          <span className="soft">{words.lines(count(shown.length))}</span>
          {frozen !== undefined && (
            <Button size="compact-xs" variant="default" onClick={() => setFrozen(undefined)}>
              {words.follow(count(fresh))}
            </Button>
          )}
          <Button
            size="compact-xs"
            variant="subtle"
            color="gray"
            onClick={() => {
              setFrozen(undefined)
              emptyTail()
            }}
          >
            {words.clear}
          </Button>
        </div>
        {shown.length === 0 ? (
          <EmptyByFilter onClear={onClear} />
        ) : (
          <LogWindow
            lines={shown}
            several={several}
            follows={frozen === undefined}
            chosen={chosen}
            onChoose={setChosen}
            onFreeze={() => setFrozen(lines)}
            onFollow={() => !paused && setFrozen(undefined)}
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
