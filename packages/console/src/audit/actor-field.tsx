import { Autocomplete } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useState } from 'react'
import { type GetAuditActorsOutput, getAuditActors } from '../api.gen.ts'
import { useWords } from '../i18n/language.tsx'
import { useApi } from '../use-api.ts'
import { auditWords } from './words.ts'

const PAUSE_MS = 150

/** Who did it: found by name or e-mail address while one types, kept by id. */
export function ActorField({
  id,
  onChange,
}: {
  /** Empty: anybody. */
  readonly id: string
  readonly onChange: (id: string) => void
}) {
  const words = useWords(auditWords)
  const [typed, setTyped] = useState<string>()
  const [text] = useDebouncedValue(typed ?? '', PAUSE_MS)
  const chosen = useApi(getAuditActors, { id }, { enabled: id !== '' })
  const found = useApi(getAuditActors, { text })
  const label = ({ kind, name, email }: GetAuditActorsOutput['items'][number]): string => {
    // Nobody's name is none: it is written by the server, in its language.
    if (kind === 'anonymous' || kind === 'system') return words.kinds[kind]
    return `${name} – ${email ?? words.kinds[kind]}`
  }
  const offered = new Map((found.data?.items ?? []).map((actor) => [label(actor), actor.id]))
  const [known] = chosen.data?.items ?? []
  const take = (next: string): void => {
    setTyped(next)
    // Whoever is not offered may be meant by an id.
    onChange(offered.get(next) ?? next.trim())
  }
  return (
    <Autocomplete
      label={words.actor}
      placeholder={words.examples.actor}
      data={[...offered.keys()]}
      filter={({ options }) => options}
      limit={10}
      // Who comes by with the keyboard, or by a search that is over, has asked for nothing.
      openOnFocus={false}
      comboboxProps={{ width: 'max-content', position: 'bottom-start' }}
      renderOption={({ option }) => <span translate="no">{option.value}</span>}
      value={typed ?? (known === undefined ? id : label(known))}
      onChange={take}
    />
  )
}
