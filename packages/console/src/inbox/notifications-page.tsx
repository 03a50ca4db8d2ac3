import { Button } from '@mantine/core'
import { getNotifications, type Notification, postNotificationRead, postNotificationsRead } from '../api.gen.ts'
import { api } from '../api.ts'
import { useWords } from '../i18n/language.tsx'
import { Go } from '../kit/go.tsx'
import { Moment } from '../kit/moment.tsx'
import { Page as Frame, Section } from '../kit/page.tsx'
import { Answered, State } from '../kit/states.tsx'
import { Status } from '../kit/status.tsx'
import { told } from '../kit/told.ts'
import { useApi, useChange } from '../use-api.ts'
import styles from './inbox.module.css'
import { inboxWords } from './words.ts'

const SHOWN = 100
const PATHS = ['/api/v1/notifications']

/** What one was told, newest first. */
export function Page() {
  const words = useWords(inboxWords)
  const query = useApi(getNotifications, { limit: SHOWN }, { live: 'notifications' })
  const readAll = useChange(() => postNotificationsRead(api), PATHS)
  const tell = told(words.allRead)
  return (
    <Frame
      title={words.title}
      about={words.about}
      actions={
        (query.data?.unread ?? 0) > 0 && (
          <Button variant="default" loading={readAll.isPending} onClick={() => readAll.mutate(undefined, tell)}>
            {words.readAll}
          </Button>
        )
      }
    >
      <Section flush>
        <Answered query={query}>
          {({ notifications }) =>
            notifications.length === 0 ? (
              <State icon="inbox" title={words.emptyTitle}>
                {words.emptyNext}
              </State>
            ) : (
              <ul className={styles.list}>
                {notifications.map((each) => (
                  <Notice key={each.id} notification={each} />
                ))}
              </ul>
            )
          }
        </Answered>
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
  const onOpen = (): void => void (isUnread && read.mutate())
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
          <Button size="compact-xs" variant="default" loading={read.isPending} onClick={() => read.mutate()}>
            {words.read}
          </Button>
        )}
      </span>
    </li>
  )
}
