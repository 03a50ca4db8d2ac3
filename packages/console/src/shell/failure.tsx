import { Button } from '@mantine/core'
import { useEffect, useState } from 'react'
import { common } from '../i18n/common.ts'
import { useWords } from '../i18n/language.tsx'
import { goToNewBuild, isServerThere } from '../installed.ts'
import { Page } from '../kit/page.tsx'
import { Loading, State } from '../kit/states.tsx'
import { useAgain } from '../kit/use-again.ts'

// As the browsers say it, each in its own way.
const NO_FILE = /dynamically imported module|module script failed|Unable to preload/i

/** A page that threw, or whose files did not come: the server is away, or a newer console is there. */
export function Failure({ error }: { readonly error: unknown }) {
  return NO_FILE.test(String(error)) ? <NoFile /> : <Broken error={error} />
}

/** What was on its way while the server went comes once it is back; what a new build has replaced comes from there. */
function NoFile() {
  const words = useWords(common)
  const [found, setFound] = useState<'reloading' | 'newer' | 'away'>()
  useAgain(found === 'away', async () => {
    if (await isServerThere()) location.reload()
  })
  useEffect(() => {
    // Only where somebody has gone: a page that is fetched ahead, because they point at its link, takes nothing from them.
    void goToNewBuild().then(setFound)
  }, [])
  if (found === 'newer')
    return (
      <Page title={words.newerTitle}>
        <State icon="info" title={words.newerTitle} action={<LoadAgain />}>
          {words.newerNext}
        </State>
      </Page>
    )
  if (found !== 'away')
    return (
      <Page title={words.loading}>
        <Loading />
      </Page>
    )
  return (
    <Page title={words.failedTitle}>
      <div data-state="failed">
        <State icon="offline" tone="bad" title={words.failedTitle} action={<LoadAgain />}>
          {words.unreachable}
        </State>
      </div>
    </Page>
  )
}

function Broken({ error }: { readonly error: unknown }) {
  const words = useWords(common)
  return (
    <Page title={words.brokenTitle}>
      <State icon="error" tone="bad" title={words.brokenTitle} action={<LoadAgain />}>
        <p>{words.brokenNext}</p>
        <p translate="no">
          <code>{String(error)}</code>
        </p>
      </State>
    </Page>
  )
}

function LoadAgain() {
  const words = useWords(common)
  return (
    <Button variant="default" onClick={() => location.reload()}>
      {words.reload}
    </Button>
  )
}
