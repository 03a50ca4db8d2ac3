import { useEffect, useReducer, useRef } from 'react'
import { isDialogOpen } from '../theme/dialog-focus.ts'

const LOOK_MS = 300

/**
 * What somebody may not see any more stays below a dialog in which they write, until that is closed: it says itself why it cannot
 * be sent. Answers whether it stays.
 */
export function useHeld(isRefused: boolean): boolean {
  const wasShown = useRef(false)
  const [, look] = useReducer((count: number) => count + 1, 0)
  const isHeld = isRefused && wasShown.current && isDialogOpen()
  useEffect(() => {
    wasShown.current = !isRefused || isHeld
    if (!isHeld) return
    const timer = setInterval(look, LOOK_MS)
    return () => clearInterval(timer)
  }, [isRefused, isHeld])
  return isHeld
}
