import { CloseButton } from '@mantine/core'
import { useSyncExternalStore } from 'react'
import { common } from '../i18n/common.ts'
import { useWords } from '../i18n/language.tsx'
import { Icon } from './icon.tsx'
import styles from './toasts.module.css'

/** A short message that goes away by itself. */
export interface Toast {
  readonly tone: 'good' | 'bad' | 'calm'
  readonly text: string
}

type Shown = Toast & { readonly id: number }

const GOOD_MS = 4_500
const BAD_MS = 12_000

let shown: readonly Shown[] = []
let lastId = 0
const listeners = new Set<() => void>()

function change(next: readonly Shown[]): void {
  shown = next
  for (const listener of listeners) listener()
}

/** Tells a person that something was done, or why not. */
export function toast(message: Toast): void {
  lastId += 1
  const id = lastId
  change([...shown.slice(-3), { ...message, id }])
  setTimeout(() => dismiss(id), message.tone === 'bad' ? BAD_MS : GOOD_MS)
}

function dismiss(id: number): void {
  change(shown.filter((each) => each.id !== id))
}

/** Where they appear; read out by screen readers. */
export function Toasts() {
  const words = useWords(common)
  const list = useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => shown,
  )
  return (
    <div className={styles.toasts} aria-live="polite" role="status">
      {list.map(({ id, tone, text }) => (
        <div key={id} className={styles.toast} data-tone={tone}>
          <Icon name={tone === 'good' ? 'check' : tone === 'bad' ? 'error' : 'info'} />
          <span>{text}</span>
          <CloseButton size="sm" aria-label={words.dismiss} onClick={() => dismiss(id)} />
        </div>
      ))}
    </div>
  )
}
