import { useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { useWords } from '../i18n/language.tsx'
import { Field, Form } from '../kit/form.tsx'
import { ActorField } from './actor-field.tsx'
import styles from './audit.module.css'
import { auditWords } from './words.ts'

const FIELDS = ['action', 'object', 'from', 'to', 'traceId', 'text'] as const
const NAMES = ['actor', ...FIELDS] as const

type AuditFilter = Partial<Record<(typeof NAMES)[number], string>>

/** The conditions in the address, and how to change them. */
export function useAuditFilter() {
  const search: Readonly<Record<string, unknown>> = useSearch({ strict: false })
  const navigate = useNavigate()
  const set = (next: AuditFilter): void => void navigate({ to: '/audit', search: next } as never)
  const filter: AuditFilter = {}
  for (const name of NAMES) {
    const value = search[name]
    if (typeof value === 'string' && value !== '') filter[name] = value
  }
  return { filter, isSet: Object.keys(filter).length > 0, set, clear: () => set({}) }
}

/** The conditions as fields, and the exports of what they match. */
export function AuditSearch() {
  const { filter, set } = useAuditFilter()
  // Another address is another form: what was typed belongs to the old one.
  return <Fields key={JSON.stringify(filter)} filter={filter} set={set} />
}

function Fields({ filter, set }: { readonly filter: AuditFilter; readonly set: (next: AuditFilter) => void }) {
  const words = useWords(auditWords)
  const [typed, setTyped] = useState<AuditFilter>(filter)
  const given = Object.fromEntries(Object.entries(filter))
  const file = (format: string): string => `/api/v1/audit/export?${new URLSearchParams({ ...given, format })}`
  return (
    <Form
      action={words.search}
      onSubmit={async () => set(typed)}
      aside={
        <>
          <a href={file('csv')}>{words.csv}</a> · <a href={file('ndjson')}>{words.ndjson}</a>
        </>
      }
    >
      <div className={styles.fields}>
        <ActorField id={filter.actor ?? ''} onChange={(actor) => setTyped({ ...typed, actor })} />
        {FIELDS.map((name) => (
          <Field
            key={name}
            name={name}
            label={words[name]}
            {...(name in words.examples && { placeholder: words.examples[name as keyof typeof words.examples] })}
            value={typed[name] ?? ''}
            type={name === 'from' || name === 'to' ? 'date' : 'text'}
            onChange={(text) => setTyped({ ...typed, [name]: text.trim() === '' ? undefined : text })}
          />
        ))}
      </div>
    </Form>
  )
}
