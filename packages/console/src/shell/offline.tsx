import { useSyncExternalStore } from 'react'
import { useWords } from '../i18n/language.tsx'
import { Icon } from '../kit/icon.tsx'
import styles from './header.module.css'
import { shell } from './words.ts'

/** Says that the machine has no network. */
export function Offline() {
  const words = useWords(shell)
  const online = useSyncExternalStore(subscribe, () => navigator.onLine)
  if (online) return null
  return (
    <div className={styles.offline} role="status">
      <Icon name="offline" /> {words.offline}
    </div>
  )
}

function subscribe(listener: () => void): () => void {
  window.addEventListener('online', listener)
  window.addEventListener('offline', listener)
  return () => {
    window.removeEventListener('online', listener)
    window.removeEventListener('offline', listener)
  }
}
