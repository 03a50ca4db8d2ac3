import { ActionIcon, Kbd, Tooltip } from '@mantine/core'
import { useState } from 'react'
import { getAlerts, getQueues } from '../api.gen.ts'
import { useFigures, useWords } from '../i18n/language.tsx'
import { InboxLink } from '../inbox/inbox-link.tsx'
import { Go } from '../kit/go.tsx'
import { Icon } from '../kit/icon.tsx'
import { setConnection, useConnection } from '../live/connection.ts'
import { useMay } from '../session/me.ts'
import { useApi } from '../use-api.ts'
import { AccountMenu } from './account-menu.tsx'
import styles from './header.module.css'
import { shell } from './words.ts'

/** The line above every page. */
export function Header({
  onMenu,
  onPalette,
  onShortcuts,
}: {
  readonly onMenu: (() => void) | undefined
  readonly onPalette: () => void
  readonly onShortcuts: () => void
}) {
  const words = useWords(shell)
  const keys = `${navigator.userAgent.includes('Mac') ? '⌘' : 'Ctrl'} K`
  return (
    <header className={styles.header}>
      {onMenu !== undefined && (
        <ActionIcon aria-label={words.menu} onClick={onMenu}>
          <Icon name="menu" size={18} />
        </ActionIcon>
      )}
      <button type="button" className={styles.search} onClick={onPalette}>
        <Icon name="search" size={14} />
        <span>{words.search}</span>
        <Kbd size="xs" translate="no">
          {keys}
        </Kbd>
      </button>
      <span className={styles.space} />
      <Work />
      <LiveButton />
      <AlertBell />
      <InboxLink className={styles.bell} badge={styles.badge} />
      <AccountMenu onShortcuts={onShortcuts} />
    </header>
  )
}

/** How much is at work right now. */
function Work() {
  const words = useWords(shell)
  const figures = useFigures()
  const may = useMay('queues.read')
  const { staleSince } = useConnection()
  const [isBusy, setBusy] = useState(false)
  // The server tells what differs from what it told before: a run that began and ended in between, and was seen here, would stay.
  const { data } = useApi(getQueues, {}, { live: isBusy ? 'work' : 'queues', enabled: may })
  if (data === undefined) return null
  const running = data.items.reduce((sum, queue) => sum + queue.running, 0)
  if (running > 0 !== isBusy) setBusy(running > 0)
  const text =
    staleSince !== undefined ? words.unknownWork : running === 0 ? words.idle : words.running(figures.count(running))
  const icon = staleSince !== undefined ? 'offline' : running > 0 ? 'busy' : 'check'
  return (
    <Go to="/runs" search={{ q: 'state:running' }} className={styles.work} label={text}>
      <span data-busy={icon === 'busy' || undefined} title={words.runningHelp}>
        <Icon name={icon} size={14} spin={icon === 'busy'} />
        <b>{text}</b>
      </span>
    </Go>
  )
}

/** Live, paused or stale; a press pauses. */
function LiveButton() {
  const words = useWords(shell)
  const figures = useFigures()
  const { paused, staleSince, by } = useConnection()
  const state = paused ? 'paused' : staleSince !== undefined ? 'stale' : 'live'
  const help = {
    live: words.liveHelp,
    paused: words.pausedHelp,
    stale: words.staleHelp(staleSince === undefined ? '' : figures.short(staleSince, Date.now())),
  }[state]
  return (
    <Tooltip label={help}>
      <button
        type="button"
        className={styles.live}
        data-state={state}
        data-by={by}
        aria-label={words[state]}
        aria-pressed={paused}
        onClick={() => setConnection({ paused: !paused })}
      >
        <span className={styles.dot} aria-hidden="true">
          {state === 'live' ? null : <Icon name={state === 'paused' ? 'pause' : 'offline'} size={13} />}
        </span>
        <b>{words[state]}</b>
      </button>
    </Tooltip>
  )
}

/** The open alerts. */
function AlertBell() {
  const words = useWords(shell)
  const may = useMay('alerts.read')
  const { data } = useApi(getAlerts, { open: true }, { live: 'alerts', enabled: may })
  const count = data?.items.length ?? 0
  if (!may) return null
  return (
    <Go to="/alerts" className={styles.bell} label={count === 0 ? words.noAlerts : words.alerts(count)}>
      <Icon name="alert" size={18} />
      {count > 0 && (
        <span className={styles.badge} translate="no" aria-hidden="true">
          {count > 9 ? '9+' : count}
        </span>
      )}
    </Go>
  )
}
