import { useWords } from '../i18n/language.tsx'
import { useMay } from '../session/me.ts'
import { Copy } from './copy.tsx'
import { Go } from './go.tsx'
import { Fact } from './page.tsx'
import { traceWords } from './trace-words.ts'

/** The W3C trace that something belongs to, and what else does. */
export function TraceFact({ id, of }: { readonly id: string | undefined; readonly of: 'audit' | 'run' }) {
  const words = useWords(traceWords)
  const mayAudit = useMay('audit.read')
  const mayRuns = useMay('runs.read')
  const mayTail = useMay('logs.read')
  if (id === undefined) return null
  return (
    <Fact name={words.trace}>
      <code translate="no">{id}</code> <Copy text={id} label={words.copy} />
      {mayAudit && (
        <div>
          <Go to="/audit" search={{ traceId: id }}>
            {of === 'audit' ? words.sameEntries : words.entries}
          </Go>
        </div>
      )}
      {mayRuns && (
        <div>
          <Go to="/runs" search={{ q: `trace:${id}` }}>
            {words.runs}
          </Go>
        </div>
      )}
      {mayTail && (
        <div>
          <Go to="/logs" search={{ q: id, level: 'debug' }}>
            {words.lines}
          </Go>
        </div>
      )}
    </Fact>
  )
}
