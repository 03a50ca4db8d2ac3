import { Button } from '@mantine/core'
import { common } from '../i18n/common.ts'
import { useWords } from '../i18n/language.tsx'
import { Page } from '../kit/page.tsx'
import { State } from '../kit/states.tsx'

/** A page that threw, or whose files are gone because a newer console is there. */
export function Failure({ error }: { readonly error: unknown }) {
  const words = useWords(common)
  return (
    <Page title={words.brokenTitle}>
      <State
        icon="error"
        tone="bad"
        title={words.brokenTitle}
        action={
          <Button variant="default" onClick={() => location.reload()}>
            {words.reload}
          </Button>
        }
      >
        <p>{words.brokenNext}</p>
        <p translate="no">
          <code>{String(error)}</code>
        </p>
      </State>
    </Page>
  )
}
