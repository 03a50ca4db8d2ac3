import { useEffect, useRef } from 'react'
import { usePreference } from '../shell/preferences.ts'

/** Keys of one letter on a page, unless they are turned off, a person is typing, or a dialog is open. */
export function useLetterKeys(keys: Readonly<Record<string, () => void>>): void {
  const [singleKeys] = usePreference('singleKeys')
  const current = useRef(keys)
  current.current = keys
  useEffect(() => {
    if (!singleKeys) return
    const onKey = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return
      const { target } = event
      if (target instanceof HTMLElement && target.closest('input, textarea, select, [contenteditable="true"]') !== null)
        return
      if (document.querySelector('[role="dialog"]') !== null) return
      const act = Object.hasOwn(current.current, event.key) ? current.current[event.key] : undefined
      if (act === undefined) return
      // Otherwise the letter lands in the field that the act opens.
      event.preventDefault()
      act()
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [singleKeys])
}
