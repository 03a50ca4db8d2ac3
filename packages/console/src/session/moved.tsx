import { useEffect, useRef } from 'react'
import { useWords } from '../i18n/language.tsx'
import { toast } from '../kit/toasts.tsx'
import { shell } from '../shell/words.ts'
import { isLeaving } from './leaving.ts'
import { useMe } from './me.ts'

const KEY = 'regie.moved'

/** Says that the organisation was changed in another tab: now, for whoever refuses to leave what they write, and once the page is loaded anew. */
export function Moved() {
  const words = useWords(shell)
  const { org } = useMe()
  const first = useRef(org.id)
  useEffect(() => {
    const isChanged = first.current !== org.id
    if (isLeaving() || (!isChanged && sessionStorage.getItem(KEY) === null)) return
    if (isChanged) sessionStorage.setItem(KEY, 'yes')
    else sessionStorage.removeItem(KEY)
    first.current = org.id
    toast({ tone: 'calm', text: words.movedElsewhere(org.name) })
  }, [org, words])
  return null
}
