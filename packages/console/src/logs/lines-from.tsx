import { Button } from '@mantine/core'
import { useMemo } from 'react'
import { useWords } from '../i18n/language.tsx'
import { Section } from '../kit/page.tsx'
import { Failed, Loading } from '../kit/states.tsx'
import { matching } from './line.ts'
import { type ShownLines, useFilled } from './lines-now.tsx'
import { LogLines } from './log-lines.tsx'
import { useHistory } from './use-history.ts'
import { logWords } from './words.ts'

/** Lines from an instant on, and those before it by scrolling up. */
export function LinesFrom({
  at,
  level,
  search,
  asked,
  onSearch,
  onNow,
}: ShownLines & {
  /** In ISO 8601. */
  readonly at: string
  /** Back to what is written now. */
  readonly onNow: () => void
}) {
  const words = useWords(logWords)
  const newer = useHistory(['from', asked, at], { ...asked, from: at, order: 'oldest' })
  // First what was asked for, so that it is at the top.
  const older = useHistory(['before', asked, at], newer.pages > 0 ? { ...asked, to: at } : undefined)
  const lines = useMemo(
    () => matching([...older.lines, ...newer.lines], level, search),
    [older.lines, newer.lines, level, search],
  )
  useFilled(newer, newer.lines.length)
  // There has to be something above, or nobody could scroll up.
  useFilled(older, older.pages === 0 ? 0 : lines.length)
  if (newer.pages === 0)
    return (
      <Section flush>
        {newer.error === null ? <Loading rows={10} /> : <Failed error={newer.error} onRetry={newer.read} />}
      </Section>
    )
  return (
    <LogLines
      lines={lines}
      follows={false}
      older={older}
      onSearch={onSearch}
      onOlder={older.hasMore ? older.read : undefined}
      onFreeze={() => {}}
      onEnd={() => newer.hasMore && newer.read()}
      tools={
        <>
          {newer.hasMore && (
            <Button size="compact-xs" variant="default" loading={newer.isReading} onClick={newer.read}>
              {words.newer}
            </Button>
          )}
          <Button size="compact-xs" variant="default" onClick={onNow}>
            {words.now}
          </Button>
        </>
      }
    />
  )
}
