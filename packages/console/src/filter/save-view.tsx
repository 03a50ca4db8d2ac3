import { Checkbox } from '@mantine/core'
import { useState } from 'react'
import { postViewDefault, postViews } from '../api.gen.ts'
import { api } from '../api.ts'
import { common } from '../i18n/common.ts'
import { useWords } from '../i18n/language.tsx'
import { Field, FormDialog } from '../kit/form.tsx'
import { columnsNow } from '../kit/hidden-columns.ts'
import { toast } from '../kit/toasts.tsx'
import { useMay } from '../session/me.ts'
import { useChange } from '../use-api.ts'
import type { ViewList } from './view-model.ts'
import { filterWords } from './words.ts'

/** Gives a filter a name, for oneself or for the organisation. */
export function SaveView({
  list,
  table,
  filter,
  onClose,
}: {
  readonly list: ViewList
  readonly table: string
  readonly filter: string
  readonly onClose: () => void
}) {
  const words = { ...useWords(common), ...useWords(filterWords) }
  const mayShare = useMay('views.share')
  const [name, setName] = useState('')
  const [shared, setShared] = useState(false)
  const [first, setFirst] = useState(false)
  const columns = columnsNow(table)
  const [withColumns, setWithColumns] = useState(true)
  const save = useChange(async () => {
    const hiddenColumns = withColumns ? columns : undefined
    const view = await postViews(api, { list, name, filter, shared, hiddenColumns })
    if (first) await postViewDefault(api, { id: view.id })
  }, ['/api/v1/views'])
  const submit = async (): Promise<void> => {
    await save.mutateAsync(undefined)
    toast({ tone: 'good', text: words.savedDone(name) })
  }
  return (
    <FormDialog
      title={words.saveTitle}
      action={words.saveAction}
      opened
      onClose={onClose}
      onSubmit={submit}
      labels={{ filter: words.filter }}
    >
      <code translate="no">{filter}</code>
      <Field name="name" label={words.saveName} about={words.saveNameAbout} value={name} onChange={setName} required />
      {columns !== undefined && (
        <Checkbox
          label={words.withColumns}
          checked={withColumns}
          onChange={(event) => setWithColumns(event.currentTarget.checked)}
        />
      )}
      <Checkbox
        label={words.share}
        checked={shared}
        disabled={!mayShare}
        onChange={(event) => setShared(event.currentTarget.checked)}
        {...(!mayShare && { description: words.forbiddenAction('views.share') })}
      />
      <Checkbox label={words.makeDefault} checked={first} onChange={(event) => setFirst(event.currentTarget.checked)} />
    </FormDialog>
  )
}
