import { useState } from 'react'
import { deleteView, patchView, postViewDefault, type View } from '../api.gen.ts'
import { api } from '../api.ts'
import { common } from '../i18n/common.ts'
import { useWords } from '../i18n/language.tsx'
import { Act } from '../kit/act.tsx'
import { Dialog } from '../kit/dialog.tsx'
import { Field, Form } from '../kit/form.tsx'
import { Status } from '../kit/status.tsx'
import { complain } from '../kit/toasts.tsx'
import { useWritten } from '../kit/use-written.ts'
import { useMay } from '../session/me.ts'
import { useChange } from '../use-api.ts'
import styles from './filter-bar.module.css'
import { filterWords } from './words.ts'

/** Renames, shares and deletes views, and chooses the one to begin with. */
export function ManageViews({ views, onClose }: { readonly views: readonly View[]; readonly onClose: () => void }) {
  const words = useWords(filterWords)
  const { close, send, onChange } = useWritten(onClose)
  return (
    <Dialog opened onClose={close} title={words.manageTitle} size="lg" onChange={onChange}>
      {views.length === 0 ? (
        <p className="soft">{words.noViews}</p>
      ) : (
        <ul className={styles.views}>
          {views.map((view) => (
            <One key={view.id} view={view} send={send} />
          ))}
        </ul>
      )}
    </Dialog>
  )
}

function One({ view, send }: { readonly view: View; readonly send: (work: () => Promise<unknown>) => Promise<void> }) {
  const words = { ...useWords(common), ...useWords(filterWords) }
  const mayShare = useMay('views.share')
  const [name, setName] = useState<string>()
  const [sure, setSure] = useState(false)
  const { id } = view
  const paths = ['/api/v1/views']
  const change = useChange(
    (next: { readonly name?: string; readonly shared?: boolean }) => patchView(api, { id, ...next }),
    paths,
  )
  const remove = useChange(() => deleteView(api, { id }), paths)
  const begin = useChange(() => postViewDefault(api, { id, isDefault: !view.isDefault }), paths)
  const foreign = view.changeable ? undefined : words.notYours
  if (name !== undefined)
    return (
      <li>
        <Form
          action={words.rename}
          onCancel={() => setName(undefined)}
          onSubmit={async () => {
            await send(() => change.mutateAsync({ name }))
            setName(undefined)
          }}
        >
          <Field name="name" label={words.saveName} value={name} onChange={setName} required />
        </Form>
      </li>
    )
  return (
    <li>
      <div className={styles.about}>
        <b translate="no">{view.name}</b>{' '}
        {view.shared && (
          <Status tone="calm" icon="users">
            {words.isShared}
          </Status>
        )}{' '}
        {view.isDefault && (
          <Status tone="good" icon="star">
            {words.isDefault}
          </Status>
        )}
        <code className="soft" translate="no">
          {view.filter}
        </code>
      </div>
      <div className={styles.acts}>
        <Act
          label={view.isDefault ? words.dropDefault : words.useDefault}
          busy={begin.isPending}
          onAct={() => begin.mutate(undefined, { onError: complain })}
        />
        <Act label={words.renameOpen} why={foreign} onAct={() => setName(view.name)} />
        <Act
          label={view.shared ? words.unshare : words.shareAct}
          why={foreign ?? (view.shared || mayShare ? undefined : words.forbiddenAction('views.share'))}
          busy={change.isPending}
          onAct={() => change.mutate({ shared: !view.shared }, { onError: complain })}
        />
        <Act
          label={sure ? words.deleteSure : words.delete}
          tone="danger"
          why={foreign}
          busy={remove.isPending}
          onAct={() => (sure ? remove.mutate(undefined, { onError: complain }) : setSure(true))}
        />
      </div>
    </li>
  )
}
