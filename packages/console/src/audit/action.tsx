import { useContext } from 'react'
import { useWords } from '../i18n/language.tsx'
import { actionWords } from './action-words.ts'
import { OfAppActions } from './model.ts'

/** What an action is called in the language that is spoken; undefined for one that nobody has words for. */
export function useActionName(): (code: string) => string | undefined {
  const own = useWords(actionWords)
  const ofApps = useWords(useContext(OfAppActions))
  return (code) => ofApps[code] ?? own[code]
}

/** An action in words, with its code, by which it is looked for. */
export function Action({ code }: { readonly code: string }) {
  const name = useActionName()(code)
  return (
    <>
      {name !== undefined && <>{name} </>}
      <code className={name === undefined ? undefined : 'soft'} translate="no">
        {code}
      </code>
    </>
  )
}
