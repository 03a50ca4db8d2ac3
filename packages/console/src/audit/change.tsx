import type { Audit } from '../api.gen.ts'
import { useFigures, useWords } from '../i18n/language.tsx'
import { Code, Diff } from '../kit/code.tsx'
import { SimpleTable } from '../kit/simple-table.tsx'
import { auditWords } from './words.ts'

const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?Z$/

/** What an entry says has changed, field by field; whole, as it is kept, below. */
export function Change({ entry: { before, after, erasedBy } }: { readonly entry: Audit }) {
  const words = useWords(auditWords)
  if (erasedBy !== undefined) return <p className="soft">{words.erased}</p>
  if (before === undefined && after === undefined) return <p className="soft">{words.noChange}</p>
  const isBoth = before !== undefined && after !== undefined
  const whole = isBoth ? (
    <Diff before={written(before)} after={written(after)} label={words.change} />
  ) : (
    <Code text={written(before ?? after)} label={before === undefined ? words.after : words.before} />
  )
  const fields = changedFields(before, after)
  if (fields.length === 0) return whole
  return (
    <>
      <SimpleTable
        label={words.change}
        heads={[
          { title: words.field },
          ...(before === undefined ? [] : [{ title: words.before, wraps: true }]),
          ...(after === undefined ? [] : [{ title: words.after, wraps: true }]),
        ]}
        rows={fields.map(({ name, old, now }) => ({
          key: name,
          cells: [
            <code key="field" translate="no">
              {name}
            </code>,
            ...(before === undefined ? [] : [<Value key="before" value={old} />]),
            ...(after === undefined ? [] : [<Value key="after" value={now} />]),
          ],
        }))}
      />
      <details>
        <summary>{words.asKept}</summary>
        {whole}
      </details>
    </>
  )
}

/** A value of a field, instants as elsewhere on the page. */
function Value({ value }: { readonly value: unknown }) {
  const figures = useFigures()
  if (value === undefined || value === null) return <span className="soft">—</span>
  if (typeof value === 'string' && INSTANT.test(value))
    return (
      <time dateTime={value} title={value} translate="no">
        {figures.full(Date.parse(value))}
      </time>
    )
  return <span translate="no">{typeof value === 'string' ? value : JSON.stringify(value)}</span>
}

/** The fields of what is kept: all that there were, or those that differ. */
function changedFields(before: unknown, after: unknown) {
  const [old, now] = [fieldsOf(before), fieldsOf(after)]
  const isBoth = before !== undefined && after !== undefined
  return [...new Set([...Object.keys(old), ...Object.keys(now)])]
    .map((name) => ({ name, old: old[name], now: now[name] }))
    .filter((field) => !isBoth || JSON.stringify(field.old) !== JSON.stringify(field.now))
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {}
}

function written(value: unknown): string {
  return JSON.stringify(value, null, 2)
}
