import { type FormEvent, useRef } from 'react'
import { common } from '../i18n/common.ts'
import { useWords } from '../i18n/language.tsx'
import { useConfirm } from './confirm.tsx'

const TYPED = 'textarea, input:is([type="text"], [type="email"], [type="number"], [type="date"], [type="search"])'

/**
 * Asks before a dialog is closed in which somebody has typed. Passwords and ticks are quickly given again. `close` is what closes
 * it unless it has been sent, `onChange` hears what is typed inside.
 */
export function useWritten(onClose: () => void) {
  const words = useWords(common)
  const confirm = useConfirm()
  const isWritten = useRef(false)
  const kept = (): void => {
    isWritten.current = false
  }
  const end = (): void => {
    kept()
    onClose()
  }
  const ask = async (): Promise<void> => {
    const question = { title: words.unsavedTitle, body: words.unsavedBody, action: words.unsavedClose, danger: true }
    if (!isWritten.current || (await confirm({ ...question, refuse: words.unsavedStay })) !== false) end()
  }
  return {
    close: () => void ask(),
    /** It has been sent: nothing is thrown away. */
    kept,
    /** The same, and closes. */
    end,
    onChange({ target }: FormEvent): void {
      if (target instanceof Element && target.matches(TYPED)) isWritten.current = true
    },
  }
}
