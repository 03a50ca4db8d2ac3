import { Button } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import { useFigures, useWords } from '../i18n/language.tsx'
import { JsonView } from '../kit/json-view.tsx'
import { Section } from '../kit/page.tsx'
import { useProblems } from '../kit/problem.ts'
import { EmptyByFilter, Loading } from '../kit/states.tsx'
import { Status } from '../kit/status.tsx'
import type { LogLine } from './line.ts'
import { LogWindow } from './log-window.tsx'
import styles from './logs.module.css'
import type { useHistory } from './use-history.ts'
import { logWords } from './words.ts'

const NAMES = { run: 'run', part: 'part', traceId: 'trace', requestId: 'request' } as const

/** Lines of the log with what can be done with them: those of now, or those from an instant on. */
export function LogLines({
  lines,
  several = false,
  follows,
  older,
  tools,
  onSearch,
  onOlder,
  onFreeze,
  onEnd,
}: {
  /** Those that the filter lets through. */
  readonly lines: readonly LogLine[]
  readonly several?: boolean
  readonly follows: boolean
  readonly older: ReturnType<typeof useHistory>
  readonly tools: ReactNode
  readonly onSearch: (search: string) => void
  /** Absent: there are no older ones. */
  readonly onOlder: (() => void) | undefined
  readonly onFreeze: () => void
  /** The end was reached by scrolling. */
  readonly onEnd: () => void
}) {
  const words = useWords(logWords)
  const { count } = useFigures()
  const { say } = useProblems()
  const [chosen, setChosen] = useState<LogLine>()
  return (
    <>
      <Section flush>
        <div className={styles.tools}>
          {tools}
          <span className="soft">{words.lines(count(lines.length))}</span>
          {onOlder !== undefined && (
            <Button size="compact-xs" variant="default" loading={older.isReading} onClick={onOlder}>
              {words.older}
            </Button>
          )}
          {onOlder === undefined && older.pages > 0 && <span className="soft">{words.oldest}</span>}
          {older.error !== null && (
            <Status tone="bad" icon="error">
              {say(older.error)}
            </Status>
          )}
        </div>
        {lines.length === 0 && older.isReading && <Loading rows={10} />}
        {lines.length === 0 && !older.isReading && (
          <EmptyByFilter onClear={() => onSearch('')}>
            {onOlder === undefined ? words.noneFound : words.noneHeard}
          </EmptyByFilter>
        )}
        {lines.length > 0 && (
          <LogWindow
            lines={lines}
            several={several}
            follows={follows}
            chosen={chosen}
            onChoose={setChosen}
            onFreeze={onFreeze}
            onFollow={onEnd}
            {...(onOlder !== undefined && { onTop: onOlder })}
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
          <div className={styles.only}>
            {Object.entries(NAMES).flatMap(([field, name]) => {
              const value = chosen.fields[field]
              if (typeof value !== 'string' && typeof value !== 'number') return []
              return [
                <Button key={name} size="compact-xs" variant="default" onClick={() => onSearch(`${name}:${value}`)}>
                  <span>
                    {words.only} <code translate="no">{`${name}:${String(value).slice(0, 12)}`}</code>
                  </span>
                </Button>,
              ]
            })}
          </div>
          <JsonView
            value={chosen.process === '' ? chosen.fields : { process: chosen.process, ...chosen.fields }}
            label={words.line}
          />
        </Section>
      )}
    </>
  )
}
