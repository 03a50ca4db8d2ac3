import type { ApiError } from '../api.ts'
import { useWords } from '../i18n/language.tsx'
import { State } from '../kit/states.tsx'
import { shell } from '../shell/words.ts'
import styles from './connecting.module.css'

/** Before the first answer, or while there is none. */
export function Connecting({ error }: { readonly error: ApiError | null }) {
  const words = useWords(shell)
  return (
    <main className={styles.connecting}>
      {error === null ? (
        <p role="status">{words.connecting}</p>
      ) : (
        <State icon="offline" tone="bad" title={words.startFailed}>
          {words.startNext}
        </State>
      )}
    </main>
  )
}
