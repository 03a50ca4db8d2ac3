import type { Run } from '../api.gen.ts'
import { organisationColumn } from '../filter/organisation-column.tsx'
import { useWords } from '../i18n/language.tsx'
import type { Column } from '../kit/data-table.tsx'
import { Go } from '../kit/go.tsx'
import { Count, Moment } from '../kit/moment.tsx'
import { useReason } from './cancelled.tsx'
import { RunStanding } from './run-standing.tsx'
import { Took } from './took.tsx'
import { runWords } from './words.ts'

/** The columns of a list of runs; with their organisation where the filter names any. Of workflows it speaks as of workflows. */
export function useRunColumns(filter: string, isOfWorkflows = false): readonly Column<Run>[] {
  const words = useWords(runWords)
  return [
    {
      id: 'job',
      title: words.job,
      width: 220,
      grow: true,
      phone: true,
      cell: ({ id, job, workflow }) => (
        <Go to={`/${workflow === true ? 'workflows' : 'runs'}/${id}`}>
          <span translate="no" title={job}>
            {job}
          </span>
        </Go>
      ),
    },
    ...organisationColumn<Run>(filter, words.organisation),
    {
      id: 'state',
      title: words.state,
      width: 156,
      phone: true,
      cell: (run) => <RunStanding run={run} workflow={isOfWorkflows} />,
    },
    {
      id: 'error',
      title: words.error,
      width: 164,
      cell: (run) => <Why run={run} />,
    },
    { id: 'queue', title: words.queue, width: 90, cell: ({ queue }) => <span translate="no">{queue}</span> },
    { id: 'attempt', title: words.attempt, width: 76, end: true, cell: ({ attempt }) => <Count value={attempt} /> },
    { id: 'created', title: words.created, width: 100, cell: ({ createdAt }) => <Moment at={createdAt} /> },
    {
      id: 'ended',
      title: words.ended,
      width: 100,
      cell: ({ endedAt }) => endedAt !== undefined && <Moment at={endedAt} />,
    },
    {
      id: 'took',
      title: words.took,
      width: 80,
      end: true,
      cell: (run) => <Took run={run} />,
    },
    {
      id: 'id',
      title: words.id,
      width: 110,
      end: true,
      extra: true,
      cell: ({ id }) => <code translate="no">{id}</code>,
    },
    {
      id: 'tags',
      title: words.tags,
      width: 160,
      extra: true,
      cell: ({ tags }) => <span translate="no">{tags.join(', ')}</span>,
    },
    {
      id: 'input',
      title: words.input,
      width: 240,
      extra: true,
      cell: ({ input }) => <code translate="no">{JSON.stringify(input)}</code>,
    },
  ]
}

/** Why it failed, or was cancelled. */
function Why({ run: { state, error } }: { readonly run: Run }) {
  const reasonOf = useReason()
  if (error === undefined) return null
  const text = state === 'cancelled' ? reasonOf(error.message) : error.message
  return (
    <span className="soft" translate="no" title={text}>
      {text}
    </span>
  )
}
