import { useWords } from '../i18n/language.tsx'
import { Notice } from '../kit/states.tsx'
import { useMe } from '../session/me.ts'
import { setupWords } from './words.ts'

/** Says that mails reach nobody, where that is so. */
export function NoMailServer() {
  const words = useWords(setupWords)
  if (useMe().mail === 'mail') return null
  return <Notice>{words.noMail}</Notice>
}
