import { getNotifications } from '../api.gen.ts'
import { useWords } from '../i18n/language.tsx'
import { Go } from '../kit/go.tsx'
import { Icon } from '../kit/icon.tsx'
import { useApi } from '../use-api.ts'
import { inboxWords } from './words.ts'

/** The way to the inbox, with how much of it is unread. */
export function InboxLink({
  className,
  badge,
}: {
  readonly className: string | undefined
  readonly badge: string | undefined
}) {
  const words = useWords(inboxWords)
  const { data } = useApi(getNotifications, { limit: 1 }, { live: 'notifications' })
  const unread = data?.unread ?? 0
  return (
    <Go to="/notifications" className={className ?? ''} label={unread === 0 ? words.none : words.unread(unread)}>
      <Icon name="inbox" size={18} />
      {unread > 0 && (
        <span className={badge} translate="no" aria-hidden="true">
          {unread > 9 ? '9+' : unread}
        </span>
      )}
    </Go>
  )
}
