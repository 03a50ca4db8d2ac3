import { type FormEvent, useRef, useState } from 'react'
import { common } from '../i18n/common.ts'
import { useWords } from '../i18n/language.tsx'
import { useConfirm } from './confirm.tsx'
import { useAskBeforeLeaving } from './use-unsaved.ts'

const TYPED = 'textarea, input:is([type="text"], [type="email"], [type="number"], [type="date"], [type="search"])'

/**
 * Asks before a dialog is closed, or the page under it left, in which somebody has typed. Passwords and ticks are quickly given
 * again. `close` is what closes it, `send` what sends it, `onChange` hears what is typed inside.
 */
export function useWritten(onClose: () => void) {
  const words = useWords(common)
  const confirm = useConfirm()
  const [isWritten, setWritten] = useState(false)
  // What is true at this moment: a page may be left before it is drawn anew.
  const now = useRef({ isWritten: false, isSending: false })
  useAskBeforeLeaving(isWritten, () => now.current.isWritten && !now.current.isSending)
  const mark = (next: boolean): void => {
    now.current.isWritten = next
    setWritten(next)
  }
  const ask = async (): Promise<void> => {
    // A second click meant for the button may land beside a dialog that has shrunk.
    if (now.current.isSending) return
    const question = { title: words.unsavedTitle, body: words.unsavedBody, action: words.unsavedClose, danger: true }
    if (now.current.isWritten && (await confirm({ ...question, refuse: words.unsavedStay })) === false) return
    mark(false)
    onClose()
  }
  return {
    close: () => void ask(),
    /** Does what sends it: meanwhile it does not close, afterwards nothing is thrown away. Rejects as that does. */
    async send(work: () => Promise<unknown>): Promise<void> {
      now.current.isSending = true
      try {
        await work()
        mark(false)
      } finally {
        now.current.isSending = false
      }
    },
    onChange({ target }: FormEvent): void {
      if (target instanceof Element && target.matches(TYPED)) mark(true)
    },
  }
}
