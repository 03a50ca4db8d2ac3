import { useState } from 'react'
import { deleteKey, getKeys, type Key } from '../api.gen.ts'
import { api } from '../api.ts'
import { useWords } from '../i18n/language.tsx'
import { Act } from '../kit/act.tsx'
import { useConfirm } from '../kit/confirm.tsx'
import { Moment } from '../kit/moment.tsx'
import { Page as Frame, Section } from '../kit/page.tsx'
import { SimpleTable } from '../kit/simple-table.tsx'
import { Answered, State } from '../kit/states.tsx'
import { told } from '../kit/told.ts'
import { useApi, useChange } from '../use-api.ts'
import styles from './access.module.css'
import { KeyDialog } from './key-dialog.tsx'
import { MANAGE } from './model.ts'
import { accessWords } from './words.ts'

/** The keys of programs. */
export function Page() {
  const words = useWords(accessWords)
  const [making, setMaking] = useState(false)
  const query = useApi(getKeys)
  return (
    <Frame
      title={words.keys}
      about={words.keysAbout}
      actions={<Act icon="key" label={words.newKey} tone="primary" permission={MANAGE} onAct={() => setMaking(true)} />}
    >
      {making && <KeyDialog onClose={() => setMaking(false)} />}
      <Section flush>
        <Answered query={query}>
          {({ keys }) =>
            keys.length === 0 ? (
              <State icon="key" title={words.noKeys}>
                {words.noKeysNext}
              </State>
            ) : (
              <Keys keys={keys} />
            )
          }
        </Answered>
      </Section>
    </Frame>
  )
}

function Keys({ keys }: { readonly keys: readonly Key[] }) {
  const words = useWords(accessWords)
  const confirm = useConfirm()
  const revoke = useChange((id: string) => deleteKey(api, { id }))
  const ask = async ({ id, name }: Key): Promise<void> => {
    const title = words.revokeTitle(name)
    const answer = await confirm({ title, body: words.revokeBody, action: words.revoke, danger: true })
    if (answer !== false) revoke.mutate(id, told(words.revoked))
  }
  return (
    <SimpleTable
      label={words.keys}
      heads={[
        { title: words.name },
        { title: words.begins },
        { title: words.permissions, wide: true },
        { title: words.used },
        { title: words.expires },
        { title: words.acts, end: true },
      ]}
      rows={keys.map((key) => ({
        key: key.id,
        cells: [
          <b key="name" translate="no">
            {key.name}
          </b>,
          <code key="start" translate="no">
            {key.start}…
          </code>,
          <span key="permissions" className={styles.many} translate="no">
            {key.permissions.join(', ')}
          </span>,
          key.lastUsedAt === undefined ? words.never : <Moment key="used" at={key.lastUsedAt} />,
          key.expiresAt === undefined ? words.never : <Moment key="expires" at={key.expiresAt} />,
          <Act key="act" label={words.revoke} permission={MANAGE} onAct={() => void ask(key)} />,
        ],
      }))}
    />
  )
}
