import { useRouter } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import { setConnection, useConnection } from '../live/connection.ts'
import { usePreference } from './preferences.ts'

const PLACES: Readonly<Record<string, string>> = { h: '/', r: '/runs', q: '/queues', s: '/schedules', e: '/errors' }
const SEQUENCE_MS = 1_200

/** Ctrl or Cmd and K always; keys of one letter unless they are turned off or a person is typing. */
export function useKeys({
  onPalette,
  onShortcuts,
}: {
  readonly onPalette: () => void
  readonly onShortcuts: () => void
}): void {
  const router = useRouter()
  const [singleKeys] = usePreference('singleKeys')
  const { paused, signedOut } = useConnection()
  const goneAt = useRef(0)
  useEffect(() => {
    if (signedOut) return
    const onKey = (event: KeyboardEvent): void => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
        event.preventDefault()
        onPalette()
        return
      }
      if (!singleKeys || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return
      if (document.querySelector('[role="dialog"]') !== null) return
      const place = PLACES[event.key]
      if (place !== undefined && Date.now() - goneAt.current < SEQUENCE_MS) {
        goneAt.current = 0
        // Otherwise the page acts at the same letter.
        event.preventDefault()
        void router.navigate({ to: place })
        return
      }
      if (event.key === 'g') goneAt.current = Date.now()
      if (event.key === '?') onShortcuts()
      if (event.key === 'p') setConnection({ paused: !paused })
      if (event.key === '/') {
        const filter = document.querySelector<HTMLElement>('[data-filter]')
        if (filter === null) return
        event.preventDefault()
        filter.focus()
      }
    }
    // Before the page's own keys: `g e` is no `e`.
    window.addEventListener('keydown', onKey, true)
    return () => window.removeEventListener('keydown', onKey, true)
  }, [onPalette, onShortcuts, paused, router, signedOut, singleKeys])
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && (target.isContentEditable || /^(?:input|textarea|select)$/i.test(target.tagName))
  )
}
