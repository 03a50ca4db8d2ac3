import { useParams } from '@tanstack/react-router'
import { useWords } from '../i18n/language.tsx'
import { Page as Frame } from '../kit/page.tsx'
import { Answered } from '../kit/states.tsx'
import { RunStatus } from '../kit/status.tsx'
import { useApi } from '../use-api.ts'
import type { RunDetail } from './model.ts'
import { runWords } from './words.ts'

/** One run. */
export function Page() {
  const words = useWords(runWords)
  const { id } = useParams({ strict: false }) as { readonly id: string }
  const query = useApi<RunDetail>(`/api/v1/runs/${id}`, {}, { live: 'runs' })
  return (
    <Frame
      title={query.data?.job ?? id}
      data
      up={{ to: '/runs', title: words.title }}
      badge={query.data && <RunStatus state={query.data.state} />}
    >
      <Answered query={query}>{(run) => <pre translate="no">{JSON.stringify(run, null, 2)}</pre>}</Answered>
    </Frame>
  )
}
