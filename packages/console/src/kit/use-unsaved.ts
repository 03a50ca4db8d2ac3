import { useBlocker } from '@tanstack/react-router'
import { useRef } from 'react'
import { common } from '../i18n/common.ts'
import { useWords } from '../i18n/language.tsx'
import { useConfirm } from './confirm.tsx'

/**
 * Asks before a page is left on which something was written that is kept nowhere; closing the tab is asked by the browser.
 * Answers what to call once it is kept.
 */
export function useUnsaved(isUnsaved: boolean): () => void {
  const isKept = useRef(false)
  useAskBeforeLeaving(isUnsaved, () => !isKept.current)
  return () => {
    isKept.current = true
  }
}

/** Asks before the page is left, by a link, Back or a reload, while it is wanted and, at that moment, something is at stake. */
export function useAskBeforeLeaving(isWanted: boolean, isAtStake: () => boolean): void {
  const words = useWords(common)
  const confirm = useConfirm()
  useBlocker({
    disabled: !isWanted,
    async shouldBlockFn({ current, next }) {
      // What is chosen on the page stands in its address.
      if (!isAtStake() || current.pathname === next.pathname) return false
      const question = { title: words.unsavedTitle, body: words.unsavedBody, action: words.unsavedLeave, danger: true }
      return (await confirm({ ...question, refuse: words.unsavedStay })) === false
    },
    enableBeforeUnload: isAtStake,
  })
}
