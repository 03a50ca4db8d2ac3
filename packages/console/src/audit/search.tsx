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
  const words = useWords(auditWords)
  const address = JSON.stringify(filter)
  const [{ of, typed }, setForm] = useState({ of: address, typed: filter })
  // What was typed belongs to the address before; the fields stay, and with them the focus.
  if (of !== address) setForm({ of: address, typed: filter })
  const setTyped = (next: AuditFilter): void => setForm({ of, typed: next })
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
        <ActorField key={address} id={filter.actor ?? ''} onChange={(actor) => setTyped({ ...typed, actor })} />
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
