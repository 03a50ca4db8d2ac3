import { Button } from '@mantine/core'
import { useWords } from '../i18n/language.tsx'
import { Dialog } from '../kit/dialog.tsx'
import { State } from '../kit/states.tsx'
import { shell } from '../shell/words.ts'
import styles from './signed-out.module.css'
import { wayBackFrom } from './way-back.ts'

/**
 * Nobody is signed in any more. It stands over the page, which stays as it was behind it: whoever signs in here comes back to this
 * very view, whoever signs in in another tab finds it with all that was typed.
 */
export function SignedOut() {
  const words = useWords(shell)
  const address = wayBackFrom('/sign-in')
  return (
    <Dialog
      opened
      onClose={() => {}}
      withCloseButton={false}
      closeOnClickOutside={false}
      closeOnEscape={false}
      aria-label={words.signedOut}
      zIndex={450}
      classNames={{ overlay: styles.overlay ?? '' }}
    >
      <div data-state="signed-out">
        <State
          icon="lock"
          title={words.signedOut}
          action={
            <div className={styles.ways}>
              <Button component="a" href={address} size="sm" data-autofocus>
                {words.signIn}
              </Button>
              <a href="/sign-in" target="_blank" rel="noreferrer">
                {words.signInElsewhere}
              </a>
            </div>
          }
        >
          <p>{words.signedOutNext}</p>
          <p>{words.signedOutElsewhere}</p>
        </State>
      </div>
    </Dialog>
  )
}
