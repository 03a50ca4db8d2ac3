import { useWords } from '../i18n/language.tsx'
import { Fact } from '../kit/page.tsx'
import { useMe } from '../session/me.ts'
import { runWords } from './words.ts'

/** Whose it is, where it is another organisation's; nothing for one's own. */
export function OrganisationFact({ org }: { readonly org: string }) {
  const words = useWords(runWords)
  const me = useMe()
  if (org === me.org.id) return null
  return (
    <Fact name={words.organisation}>
      <span translate="no">{org}</span>
      <div className="soft">{words.elsewhere}</div>
    </Fact>
  )
}
