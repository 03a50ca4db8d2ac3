import { Button } from '@mantine/core'
import { useWords } from '../i18n/language.tsx'
import { State } from '../kit/states.tsx'
import { shell } from '../shell/words.ts'
import styles from './connecting.module.css'

/** Nobody is signed in, or no more. The way back leads to this very view. */
export function SignedOut() {
  const words = useWords(shell)
  const { pathname, search } = window.location
  return (
    <main className={styles.connecting} data-state="signed-out">
      <State
        icon="lock"
        title={words.signedOut}
        action={
          <Button component="a" href={`/sign-in?next=${encodeURIComponent(pathname + search)}`} size="sm">
            {words.signIn}
          </Button>
        }
      >
        {words.signedOutNext}
      </State>
    </main>
  )
}
