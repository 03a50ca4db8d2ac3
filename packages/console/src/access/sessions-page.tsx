import { useWords } from '../i18n/language.tsx'
import { Page as Frame, Section } from '../kit/page.tsx'
import { SessionTable } from './session-table.tsx'
import { accessWords } from './words.ts'

/** Every browser that is signed in. */
export function Page() {
  const words = useWords(accessWords)
  return (
    <Frame title={words.sessions} about={words.sessionsAbout}>
      <Section flush>
        <SessionTable />
      </Section>
    </Frame>
  )
}
