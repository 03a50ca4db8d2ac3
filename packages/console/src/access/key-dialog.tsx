import { Button } from '@mantine/core'
import { useState } from 'react'
import type { KeyDetail, PostKeysInput } from '../api.gen.ts'
import { useWords } from '../i18n/language.tsx'
import { Code } from '../kit/code.tsx'
import { Dialog } from '../kit/dialog.tsx'
import { Field, Form, Ticks } from '../kit/form.tsx'
import { useChange } from '../use-api.ts'
import styles from './access.module.css'
import { accessWords } from './words.ts'

/** What a key is made with. */
interface Making {
  /** Those it may be given. */
  readonly permissions: readonly { readonly name: string; readonly about?: string }[]
  readonly make: (key: PostKeysInput) => Promise<KeyDetail>
}

/** Makes a key, and shows it this once. */
export function KeyDialog({ onClose, ...making }: Making & { readonly onClose: () => void }) {
  const words = useWords(accessWords)
  const [made, setMade] = useState<string>()
  return (
    <Dialog
      opened
      onClose={onClose}
      title={words.newKey}
      size="lg"
      closeOnClickOutside={made === undefined}
      closeOnEscape={made === undefined}
    >
      {made === undefined ? (
        <KeyForm {...making} onMade={setMade} onCancel={onClose} />
      ) : (
        <div className={styles.made}>
          <p>
            <b>{words.madeTitle}</b> {words.madeNext}
          </p>
          <Code text={made} label={words.newKey} />
          <Button onClick={onClose}>{words.done}</Button>
        </div>
      )}
    </Dialog>
  )
}

function KeyForm({
  permissions: offered,
  make,
  onMade,
  onCancel,
}: Making & { readonly onMade: (key: string) => void; readonly onCancel: () => void }) {
  const words = useWords(accessWords)
  const [name, setName] = useState('')
  const [days, setDays] = useState('90')
  const [permissions, setPermissions] = useState<readonly string[]>([])
  const change = useChange(make)
  const submit = async (): Promise<void> => {
    const { key } = await change.mutateAsync({ name, permissions, ...(days !== '' && { expiresInDays: Number(days) }) })
    onMade(key)
  }
  return (
    <Form
      action={words.create}
      onSubmit={submit}
      onCancel={onCancel}
      labels={{ name: words.name, days: words.days, permissions: words.permissions }}
    >
      <Field label={words.name} value={name} onChange={setName} required />
      <Field label={words.days} about={words.daysAbout} type="number" value={days} onChange={setDays} />
      <Ticks label={words.permissions} chosen={permissions} onChange={setPermissions} options={offered} />
    </Form>
  )
}
