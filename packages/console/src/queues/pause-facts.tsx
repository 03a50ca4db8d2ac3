import type { Queue } from '../api.gen.ts'
import { useFigures, useWords } from '../i18n/language.tsx'
import { Moment } from '../kit/moment.tsx'
import { queueWords } from './words.ts'

/** Until when a queue is paused, by the clock and not by the distance: that is what one plans with; by whom, and why. */
export function PauseFacts({ queue }: { readonly queue: Queue }) {
  const words = useWords(queueWords)
  const figures = useFigures()
  const { pausedAt, pausedUntil, pausedBy, pausedReason } = queue
  if (pausedAt === undefined) return null
  return (
    <span className="soft">
      {pausedUntil === undefined ? (
        <Moment at={pausedAt} />
      ) : (
        <time dateTime={pausedUntil} title={figures.full(Date.parse(pausedUntil))} translate="no">
          {words.until(figures.short(Date.parse(pausedUntil), Date.now()))}
        </time>
      )}{' '}
      {pausedBy !== undefined && <span translate="no">{words.pausedBy(pausedBy)} </span>}
      {pausedReason !== undefined && <span translate="no">· {pausedReason}</span>}
    </span>
  )
}
