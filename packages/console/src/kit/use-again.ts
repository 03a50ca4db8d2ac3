import { useEffect, useRef } from 'react'

const AGAIN_MS = 3_000

/** Does something again every three seconds as long as it is wanted, and as soon as the machine has a network again. */
export function useAgain(isWanted: boolean, again: () => unknown): void {
  const newest = useRef(again)
  useEffect(() => {
    newest.current = again
  })
  useEffect(() => {
    if (!isWanted) return
    const act = (): void => void (navigator.onLine && newest.current())
    const timer = setInterval(act, AGAIN_MS)
    window.addEventListener('online', act)
    return () => {
      clearInterval(timer)
      window.removeEventListener('online', act)
    }
  }, [isWanted])
}
