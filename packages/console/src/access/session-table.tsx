import { deleteSession, type Session } from '../api.gen.ts'
import { api } from '../api.ts'
import { useWords } from '../i18n/language.tsx'
import { Act } from '../kit/act.tsx'
import { DeviceName } from '../kit/device-name.tsx'
import { Go } from '../kit/go.tsx'
import { Moment } from '../kit/moment.tsx'
import { SimpleTable } from '../kit/simple-table.tsx'
import { told } from '../kit/told.ts'
import { useChange } from '../use-api.ts'
import { MANAGE } from './model.ts'
import { accessWords } from './words.ts'

/** Browsers that are signed in, and how to end it. */
export function SessionTable({
  sessions,
  withUser,
}: {
  readonly sessions: readonly Session[]
  /** Of several people: each row says whose it is. */
  readonly withUser: boolean
}) {
  const words = useWords(accessWords)
  const end = useChange((id: string) => deleteSession(api, { id }))
  return (
    <SimpleTable
      label={words.sessions}
      heads={[
        ...(withUser ? [{ title: words.user, wide: true }] : []),
        { title: words.browser, wide: !withUser },
        { title: words.address },
        { title: words.used },
        { title: words.acts, end: true },
      ]}
      rows={sessions.map(({ id, userId, email, browser, address, lastUsedAt }) => ({
        key: id,
        cells: [
          ...(withUser
            ? [
                <Go key="user" to={`/users/${userId}`}>
                  <span translate="no">{email}</span>
                </Go>,
              ]
            : []),
          <DeviceName key="browser" userAgent={browser} />,
          <span key="address" translate="no">
            {address}
          </span>,
          <Moment key="used" at={lastUsedAt} />,
          <Act key="act" label={words.end} permission={MANAGE} onAct={() => end.mutate(id, told(words.ended))} />,
        ],
      }))}
    />
  )
}
