import { useWords } from '../i18n/language.tsx'
import { Page as Frame, Section } from '../kit/page.tsx'
import { Pages } from '../kit/pages-table.tsx'
import { State } from '../kit/states.tsx'
import { KeptList, useKeptSignals } from './kept-signals.tsx'
import { workflowWords } from './words.ts'

/** Signals that no workflow waits for yet. */
export function Page() {
  const words = useWords(workflowWords)
  return (
    <Frame title={words.keptTitle} about={words.keptAbout} up={{ to: '/workflows', title: words.title }}>
      <Section>
        <Pages
          query={useKeptSignals()}
          rowsOf={({ items }) => items}
          empty={
            <State icon="send" title={words.keptEmptyTitle}>
              {words.keptEmptyNext}
            </State>
          }
        >
          {(read) => <KeptList {...read} />}
        </Pages>
      </Section>
    </Frame>
  )
}
