import { deleteMeSession, deleteMeSessions, getMeSessions, type MeSession } from '../api.gen.ts'
import { api } from '../api.ts'
import { useFigures, useWords } from '../i18n/language.tsx'
import { Act } from '../kit/act.tsx'
import { useConfirm } from '../kit/confirm.tsx'
import { DeviceName } from '../kit/device-name.tsx'
import { Moment } from '../kit/moment.tsx'
import { Section } from '../kit/page.tsx'
import { SimpleTable } from '../kit/simple-table.tsx'
import { Answered } from '../kit/states.tsx'
import { Status } from '../kit/status.tsx'
import { complain, toast } from '../kit/toasts.tsx'
import { told } from '../kit/told.ts'
import { signOut } from '../session/sign-out.ts'
import { useApi, useChange } from '../use-api.ts'
import styles from './account.module.css'
import { accountWords } from './words.ts'

/** Where one is signed in, and how to end it. */
export function OwnSessions({ current }: { readonly current: string | undefined }) {
  const words = useWords(accountWords)
  const confirm = useConfirm()
  const figures = useFigures()
  const query = useApi(getMeSessions)
  const endOthers = useChange(() => deleteMeSessions(api, { keepThis: true }))
  const others = (query.data?.items ?? []).filter(({ id }) => id !== current)
  const ask = async (): Promise<void> => {
    const question = { title: words.endOthersTitle, body: words.endOthersBody, action: words.endOthers, danger: true }
    if ((await confirm({ ...question, count: others.length })) === false) return
    endOthers.mutate(undefined, {
      onSuccess: ({ ended }) => toast({ tone: 'good', text: words.othersEnded(figures.count(ended)) }),
      onError: complain,
    })
  }
  return (
    <Section
      title={words.sessions}
      aside={
        <Act
          label={words.endOthers}
          why={others.length === 0 ? words.noOthers : undefined}
          busy={endOthers.isPending}
          onAct={() => void ask()}
        />
      }
      flush
    >
      <p className={styles.lead}>{words.sessionsAbout}</p>
      <Answered query={query} rows={3}>
        {({ items: sessions }) => <List sessions={sessions} current={current} />}
      </Answered>
    </Section>
  )
}

function List({
  sessions,
  current,
}: {
  readonly sessions: readonly MeSession[]
  readonly current: string | undefined
}) {
  const words = useWords(accountWords)
  const confirm = useConfirm()
  const end = useChange((id: string) => deleteMeSession(api, { id }))
  const ask = async (id: string): Promise<void> => {
    const question = { title: words.endTitle, body: words.endBody, action: words.end, danger: true }
    if ((await confirm(question)) !== false) end.mutate(id, told(words.ended))
  }
  return (
    <SimpleTable
      label={words.sessions}
      heads={[
        { title: words.device, wide: true },
        { title: words.used },
        { title: words.since },
        { title: words.address },
        { title: words.acts, acts: true },
      ]}
      rows={sessions.map(({ id, browser, address, lastUsedAt, createdAt, impersonatedBy, awaitsFactor }) => ({
        key: id,
        cells: [
          <div key="device" className={styles.buttons}>
            <DeviceName userAgent={browser} />
            {id === current && (
              <Status tone="good" icon="check">
                {words.here}
              </Status>
            )}
            {awaitsFactor === true && (
              <Status tone="warn" icon="lock">
                {words.awaitsFactor}
              </Status>
            )}
            {impersonatedBy !== undefined && (
              <Status tone="warn" icon="users">
                {words.lookedThrough}
              </Status>
            )}
          </div>,
          <Moment key="used" at={lastUsedAt} />,
          <Moment key="since" at={createdAt} />,
          <span key="address" translate="no">
            {address}
          </span>,
          id === current ? (
            <Act key="act" icon="exit" label={words.endHere} onAct={() => void signOut()} />
          ) : (
            <Act key="act" label={words.end} onAct={() => void ask(id)} />
          ),
        ],
      }))}
    />
  )
}
