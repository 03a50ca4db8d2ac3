import { CloseButton } from '@mantine/core'
import { useSyncExternalStore } from 'react'
import { common } from '../i18n/common.ts'
import { useWords } from '../i18n/language.tsx'
import { Go } from './go.tsx'
import { Icon } from './icon.tsx'
import { useProblems } from './problem.ts'
import styles from './toasts.module.css'

/** A short message that goes away by itself. */
export interface Toast {
  readonly tone: 'good' | 'bad' | 'calm'
  readonly text: string
  /** Where to see what came of it. */
  readonly link?: { readonly to: string; readonly text: string }
}

/** Why something was not done, as it was caught: put into words where it is shown. */
interface Complaint {
  readonly tone: 'bad'
  readonly error: unknown
}

type Shown = (Toast | Complaint) & { readonly id: number }

const GOOD_MS = 4_500
// There is more to read, or to do.
const BAD_MS = 12_000

let shown: readonly Shown[] = []
let lastId = 0
const listeners = new Set<() => void>()

function change(next: readonly Shown[]): void {
  shown = next
  for (const listener of listeners) listener()
}

/** Tells a person that something was done, or why not. */
export function toast(message: Toast | Complaint): void {
  lastId += 1
  const id = lastId
  change([...shown.slice(-3), { ...message, id }])
  setTimeout(() => dismiss(id), message.tone === 'bad' || 'link' in message ? BAD_MS : GOOD_MS)
}

/** Tells a person why what they did was not done. */
export function complain(error: unknown): void {
  toast({ tone: 'bad', error })
}

function dismiss(id: number): void {
  change(shown.filter((each) => each.id !== id))
}

/** Where they appear; read out by screen readers. */
export function Toasts() {
  const words = useWords(common)
  const { say } = useProblems()
  const list = useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => shown,
  )
  return (
    <div className={styles.toasts} aria-live="polite" role="status">
      {list.map((each) => (
        <div key={each.id} className={styles.toast} data-tone={each.tone}>
          <Icon name={each.tone === 'good' ? 'check' : each.tone === 'bad' ? 'error' : 'info'} />
          <span>
            {'error' in each ? say(each.error) : each.text}{' '}
            {'link' in each && each.link !== undefined && <Go to={each.link.to}>{each.link.text}</Go>}
          </span>
          <CloseButton size="sm" aria-label={words.dismiss} onClick={() => dismiss(each.id)} />
        </div>
      ))}
    </div>
  )
}
