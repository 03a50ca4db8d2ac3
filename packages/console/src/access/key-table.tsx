import type { Key } from '../api.gen.ts'
import { useWords } from '../i18n/language.tsx'
import { Act } from '../kit/act.tsx'
import { useConfirm } from '../kit/confirm.tsx'
import { Moment } from '../kit/moment.tsx'
import { SimpleTable } from '../kit/simple-table.tsx'
import { told } from '../kit/told.ts'
import { useMe } from '../session/me.ts'
import { useChange } from '../use-api.ts'
import { PermissionSummary } from './permission-summary.tsx'
import { accessWords } from './words.ts'

/** API keys, each with what ends it. */
export function KeyTable({
  keys,
  permission,
  revoke,
}: {
  readonly keys: readonly Key[]
  /** What one needs to revoke them. Default: nothing, they are one's own. */
  readonly permission?: string
  readonly revoke: (id: string) => Promise<unknown>
}) {
  const words = useWords(accessWords)
  const confirm = useConfirm()
  const { described } = useMe()
  const change = useChange(revoke)
  const ask = async ({ id, name }: Key): Promise<void> => {
    const title = words.revokeTitle(name)
    const answer = await confirm({ title, body: words.revokeBody, action: words.revoke, danger: true })
    if (answer !== false) change.mutate(id, told(words.revoked))
  }
  return (
    <SimpleTable
      label={words.keys}
      heads={[
        { title: words.name, wraps: true },
        { title: words.begins },
        { title: words.permissions, wraps: true },
        { title: words.used },
        { title: words.expires },
        { title: words.acts, acts: true },
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
          <PermissionSummary key="permissions" permissions={key.permissions} all={described} />,
          key.lastUsedAt === undefined ? words.never : <Moment key="used" at={key.lastUsedAt} />,
          key.expiresAt === undefined ? words.never : <Moment key="expires" at={key.expiresAt} />,
          <Act
            key="act"
            label={words.revoke}
            {...(permission !== undefined && { permission })}
            onAct={() => void ask(key)}
          />,
        ],
      }))}
    />
  )
}
