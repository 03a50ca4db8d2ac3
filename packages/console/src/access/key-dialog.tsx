import { Button } from '@mantine/core'
import { useState } from 'react'
import type { GetRolesOutput, KeyDetail, PostKeysInput } from '../api.gen.ts'
import { useWords } from '../i18n/language.tsx'
import { Code } from '../kit/code.tsx'
import { Dialog } from '../kit/dialog.tsx'
import { Field, Form } from '../kit/form.tsx'
import { useWritten } from '../kit/use-written.ts'
import { useChange } from '../use-api.ts'
import styles from './access.module.css'
import { PermissionPicker } from './permission-picker.tsx'
import { accessWords } from './words.ts'

/** What a key is made with. */
interface Making {
  /** Those it may be given. */
  readonly permissions: GetRolesOutput['permissions']
  readonly make: (key: PostKeysInput) => Promise<KeyDetail>
}

/** Makes a key, and shows it this once. */
export function KeyDialog({ onClose, ...making }: Making & { readonly onClose: () => void }) {
  const words = useWords(accessWords)
  const [made, setMade] = useState<string>()
  const { close, send, onChange } = useWritten(onClose)
  return (
    <Dialog
      opened
      onClose={close}
      onChange={onChange}
      title={words.newKey}
      size="lg"
      closeOnClickOutside={made === undefined}
      closeOnEscape={made === undefined}
    >
      {made === undefined ? (
        <KeyForm {...making} send={send} onMade={setMade} onCancel={close} />
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
  send,
  onMade,
  onCancel,
}: Making & {
  readonly send: (work: () => Promise<void>) => Promise<void>
  readonly onMade: (key: string) => void
  readonly onCancel: () => void
}) {
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
    <Form action={words.create} onSubmit={async () => send(submit)} onCancel={onCancel}>
      <Field name="name" label={words.name} about={words.keyNameAbout} value={name} onChange={setName} required />
      <Field
        name="expiresInDays"
        label={words.days}
        about={words.daysAbout}
        type="number"
        value={days}
        onChange={setDays}
      />
      <PermissionPicker
        label={words.permissions}
        permissions={offered}
        chosen={permissions}
        onChange={setPermissions}
      />
    </Form>
  )
}
