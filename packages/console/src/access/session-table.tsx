import { deleteSession, getSessions, type MeSession } from '../api.gen.ts'
import { api } from '../api.ts'
import { useWords } from '../i18n/language.tsx'
import { Act } from '../kit/act.tsx'
import { useConfirm } from '../kit/confirm.tsx'
import type { Column } from '../kit/data-table.tsx'
import { DeviceName } from '../kit/device-name.tsx'
import { Go } from '../kit/go.tsx'
import { Moment } from '../kit/moment.tsx'
import { PagesTable } from '../kit/pages-table.tsx'
import { State } from '../kit/states.tsx'
import { Status } from '../kit/status.tsx'
import { told } from '../kit/told.ts'
import { useProfile } from '../session/profile.ts'
import { signOut } from '../session/sign-out.ts'
import { useApiPages, useChange } from '../use-api.ts'
import { MANAGE } from './model.ts'
import { accessWords } from './words.ts'

const PAGE = 100

/** Browsers that are signed in, and how to end it: of everybody, or of one user. */
export function SessionTable({ user }: { readonly user?: string }) {
  const words = useWords(accessWords)
  const query = useApiPages(getSessions, { limit: PAGE, user })
  const end = useChange((id: string) => deleteSession(api, { id }))
  const confirm = useConfirm()
  const own = useProfile()?.sessionId
  const ask = async ({ id, email }: MeSession): Promise<void> => {
    const isOwn = id === own
    const [title, body] = isOwn ? [words.endOwnTitle, words.endOwnBody] : [words.endTitle(email), words.endBody]
    if ((await confirm({ title, body, action: words.end, danger: true })) === false) return
    if (isOwn) await signOut()
    else end.mutate(id, told(words.ended))
  }
  const here = (id: string) =>
    id === own && (
      <Status tone="good" icon="check">
        {words.here}
      </Status>
    )
  const whose: Column<MeSession> = {
    id: 'user',
    title: words.user,
    width: 220,
    grow: true,
    phone: true,
    cell: ({ userId, email }) => (
      <Go to={`/users/${userId}`}>
        <span translate="no">{email}</span>
      </Go>
    ),
  }
  return (
    <PagesTable
      id={user === undefined ? 'sessions' : 'user-sessions'}
      label={words.sessions}
      query={query}
      rowsOf={({ items: sessions }) => sessions}
      rowKey={({ id }) => id}
      columns={[
        ...(user === undefined ? [whose] : []),
        {
          id: 'browser',
          title: words.browser,
          width: 260,
          grow: user !== undefined,
          phone: user !== undefined,
          cell: ({ id, browser, awaitsFactor }) => (
            <>
              <DeviceName userAgent={browser} /> {here(id)}{' '}
              {awaitsFactor === true && (
                <Status tone="warn" icon="lock">
                  {words.awaitsFactor}
                </Status>
              )}
            </>
          ),
        },
        {
          id: 'address',
          title: words.address,
          width: 160,
          cell: ({ address }) => <span translate="no">{address}</span>,
        },
        {
          id: 'used',
          title: words.used,
          width: 120,
          cell: ({ lastUsedAt }) => <Moment at={lastUsedAt} />,
        },
        {
          id: 'acts',
          title: words.acts,
          width: 110,
          end: true,
          phone: true,
          cell: (session) => <Act label={words.end} permission={MANAGE} onAct={() => void ask(session)} />,
        },
      ]}
      line={({ id, browser, address, lastUsedAt }, isNarrow) =>
        isNarrow && (
          <>
            {user === undefined ? <DeviceName userAgent={browser} /> : <Moment at={lastUsedAt} />}
            <span translate="no"> · {address}</span> {user === undefined && here(id)}
          </>
        )
      }
      empty={<State icon="screen" title={user === undefined ? words.noSessions : words.notSignedIn} />}
    />
  )
}
