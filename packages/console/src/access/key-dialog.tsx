import { Button, Modal } from '@mantine/core'
import { useState } from 'react'
import { getRoles, type PostKeysInput, postKeys } from '../api.gen.ts'
import { api } from '../api.ts'
import { useWords } from '../i18n/language.tsx'
import { Code } from '../kit/code.tsx'
import { Field, Form, Ticks } from '../kit/form.tsx'
import { useApi, useChange } from '../use-api.ts'
import { accessWords } from './words.ts'

/** Makes a key, and shows it this once. */
export function KeyDialog({ onClose }: { readonly onClose: () => void }) {
  const words = useWords(accessWords)
  const [made, setMade] = useState<string>()
  return (
    <Modal opened onClose={onClose} title={words.newKey} size="lg" closeOnClickOutside={made === undefined}>
      {made === undefined ? (
        <KeyForm onMade={setMade} />
      ) : (
        <>
          <p>
            <b>{words.madeTitle}</b> {words.madeNext}
          </p>
          <Code text={made} label={words.newKey} />
          <p>
            <Button onClick={onClose}>{words.done}</Button>
          </p>
        </>
      )}
    </Modal>
  )
}

function KeyForm({ onMade }: { readonly onMade: (key: string) => void }) {
  const words = useWords(accessWords)
  const [name, setName] = useState('')
  const [days, setDays] = useState('90')
  const [permissions, setPermissions] = useState<readonly string[]>([])
  const book = useApi(getRoles)
  const make = useChange((key: PostKeysInput) => postKeys(api, key))
  const submit = async (): Promise<void> => {
    const { key } = await make.mutateAsync({ name, permissions, ...(days !== '' && { expiresInDays: Number(days) }) })
    onMade(key)
  }
  return (
    <Form action={words.create} onSubmit={submit}>
      <Field label={words.name} value={name} onChange={setName} required />
      <Field label={words.days} about={words.daysAbout} type="number" value={days} onChange={setDays} />
      <Ticks
        label={words.permissions}
        chosen={permissions}
        onChange={setPermissions}
        options={book.data?.permissions ?? []}
      />
    </Form>
  )
}
