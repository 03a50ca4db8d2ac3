import { Button } from '@mantine/core'
import { useWords } from '../i18n/language.tsx'
import { State } from '../kit/states.tsx'
import { shell } from '../shell/words.ts'
import styles from './connecting.module.css'
import { wayBackFrom } from './way-back.ts'

/** Nobody is signed in, or no more. The way back leads to this very view. */
export function SignedOut() {
  const words = useWords(shell)
  return (
    <main className={styles.connecting} data-state="signed-out">
      <State
        icon="lock"
        title={words.signedOut}
        action={
          <Button component="a" href={wayBackFrom('/sign-in')} size="sm">
            {words.signIn}
          </Button>
        }
      >
        {words.signedOutNext}
      </State>
    </main>
  )
}
