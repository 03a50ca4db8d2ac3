import { useWords } from '../i18n/language.tsx'
import { Notice } from '../kit/states.tsx'
import { useMay, useMe } from '../session/me.ts'
import { setupWords } from './words.ts'

/** Says that mails reach nobody, where that is so, to whoever may see the settings: others can do nothing about it. */
export function NoMailServer() {
  const words = useWords(setupWords)
  const may = useMay('settings.read')
  if (useMe().mail === 'mail' || !may) return null
  return <Notice>{words.noMail}</Notice>
}
