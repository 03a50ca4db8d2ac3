import { common } from '../i18n/common.ts'
import { useWords } from '../i18n/language.tsx'
import { Go } from '../kit/go.tsx'
import { Page } from '../kit/page.tsx'
import { State } from '../kit/states.tsx'

/** No page has this address. */
export function Missing() {
  const words = useWords(common)
  return (
    <Page title={words.missingTitle}>
      <State icon="search" title={words.notFoundTitle} action={<Go to="/">{words.home}</Go>}>
        {words.notFoundNext}
      </State>
    </Page>
  )
}
