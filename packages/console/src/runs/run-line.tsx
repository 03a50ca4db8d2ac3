import type { Run } from '../api.gen.ts'
import { Moment } from '../kit/moment.tsx'
import { useReason } from './cancelled.tsx'

const MOST_FIELDS = 4
const MOST_CHARACTERS = 80

/** What tells a run apart from others of its job: its number, its tags, a glimpse of its input; on a phone its time and error. */
export function RunLine({ run, isNarrow }: { readonly run: Run; readonly isNarrow: boolean }) {
  const about = [`#${run.id}`, ...run.tags, glimpseOf(run.input)].filter((part) => part !== '').join(' · ')
  const reasonOf = useReason()
  if (!isNarrow) return <span translate="no">{about}</span>
  return (
    <span translate="no">
      <Moment at={run.endedAt ?? run.createdAt} /> ·{' '}
      {(run.state === 'cancelled' ? reasonOf(run.error?.message ?? '') : run.error?.message) ?? about}
    </span>
  )
}

/** The first plain fields of an input, in one line. */
function glimpseOf(input: unknown): string {
  if (typeof input !== 'object' || input === null) return input === undefined ? '' : clipped(JSON.stringify(input))
  const fields = Object.entries(input).filter(([, value]) => typeof value !== 'object' && value !== '')
  return clipped(
    fields
      .slice(0, MOST_FIELDS)
      .map(([name, value]) => `${name} ${value}`)
      .join(', '),
  )
}

function clipped(text: string): string {
  return text.length <= MOST_CHARACTERS ? text : `${text.slice(0, MOST_CHARACTERS - 1)}…`
}
