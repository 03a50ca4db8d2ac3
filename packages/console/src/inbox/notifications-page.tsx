import { Button } from '@mantine/core'
import { getNotifications, type Notification, postNotificationRead, postNotificationsRead } from '../api.gen.ts'
import { api } from '../api.ts'
import { common } from '../i18n/common.ts'
import { useWords } from '../i18n/language.tsx'
import { Go } from '../kit/go.tsx'
import { Moment } from '../kit/moment.tsx'
import { Page as Frame, Section } from '../kit/page.tsx'
import { Pages } from '../kit/pages-table.tsx'
import { State } from '../kit/states.tsx'
import { Status } from '../kit/status.tsx'
import { complain } from '../kit/toasts.tsx'
import { told } from '../kit/told.ts'
import { useApiPages, useChange } from '../use-api.ts'
import styles from './inbox.module.css'
import { inboxWords } from './words.ts'

const PAGE = 100
const PATHS = ['/api/v1/notifications']

/** What one was told, newest first. */
export function Page() {
  const words = { ...useWords(common), ...useWords(inboxWords) }
  const query = useApiPages(getNotifications, { limit: PAGE }, { live: 'notifications' })
  const readAll = useChange(() => postNotificationsRead(api), PATHS)
  const tell = told(words.allRead)
  return (
    <Frame
      title={words.title}
      about={words.about}
      actions={
        (query.data?.pages[0]?.unread ?? 0) > 0 && (
          <Button variant="default" loading={readAll.isPending} onClick={() => readAll.mutate(undefined, tell)}>
            {words.readAll}
          </Button>
        )
      }
    >
      <Section flush>
        <Pages
          query={query}
          rowsOf={({ items: notifications }) => notifications}
          empty={
            <State icon="inbox" title={words.emptyTitle}>
              {words.emptyNext}
            </State>
          }
        >
          {({ rows, more }) => (
            <>
              <ul className={styles.list}>
                {rows.map((each) => (
                  <Notice key={each.id} notification={each} />
                ))}
              </ul>
              {more.has && (
                <p className={styles.more}>
                  <Button variant="default" loading={more.loading} onClick={more.load}>
                    {words.more}
                  </Button>
                </p>
              )}
            </>
          )}
        </Pages>
      </Section>
    </Frame>
  )
}

function Notice({
  notification: { id, title, body, link, createdAt, readAt },
}: {
  readonly notification: Notification
}) {
  const words = useWords(inboxWords)
  const read = useChange(() => postNotificationRead(api, { id }), PATHS)
  const isUnread = readAt === undefined
  const here = link?.startsWith('/') === true
  // What is marked is seen; only what could not be is worth words.
  const mark = (): void => read.mutate(undefined, { onError: complain })
  const onOpen = (): void => void (isUnread && mark())
  return (
    <li data-unread={isUnread || undefined}>
      <span className={styles.head}>
        <b translate="no">{title}</b>
        {isUnread && (
          <Status tone="busy" icon="info">
            {words.isUnread}
          </Status>
        )}
        <span className="soft">
          <Moment at={createdAt} />
        </span>
      </span>
      <span className={styles.body} translate="no">
        {body}
      </span>
      <span className={styles.acts}>
        {link !== undefined && (
          // biome-ignore lint/a11y/noStaticElementInteractions: the link in it is what is pressed, by key too
          // biome-ignore lint/a11y/useKeyWithClickEvents: a link followed by keyboard clicks too
          <span onClick={onOpen}>
            {here ? (
              <Go to={link}>{words.open}</Go>
            ) : (
              <a href={link} rel="noreferrer">
                {words.open}
              </a>
            )}
          </span>
        )}
        {isUnread && (
          <Button size="compact-xs" variant="default" loading={read.isPending} onClick={mark}>
            {words.read}
          </Button>
        )}
      </span>
    </li>
  )
}
