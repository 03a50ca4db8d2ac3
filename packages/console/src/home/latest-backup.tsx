import { Recovery } from '../backups/recovery.tsx'
import { useWords } from '../i18n/language.tsx'
import { Go } from '../kit/go.tsx'
import { Section } from '../kit/page.tsx'
import { homeWords } from './words.ts'

/** What would be lost now, and how long restoring would take. */
export function LatestBackup() {
  const words = useWords(homeWords)
  return (
    <Section title={words.backups} aside={<Go to="/backups">{words.allBackups}</Go>}>
      <Recovery />
    </Section>
  )
}
