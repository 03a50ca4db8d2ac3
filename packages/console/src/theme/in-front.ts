import { useId, useLayoutEffect, useSyncExternalStore } from 'react'

const LOWEST = 200

// Ids of the dialogs that are open, the last one in front.
let opened: readonly string[] = []
const listeners = new Set<() => void>()
// Whoever closes at a key leaves another in front, which hears of the same key a moment later.
const heard = new WeakSet<KeyboardEvent>()

function change(next: readonly string[]): void {
  opened = next
  for (const listener of listeners) listener()
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** What a dialog of Mantine needs so that the one opened last lies over the others, and Escape closes that one only. */
export function useInFront(isOpen: boolean, closeOnEscape = true) {
  const id = useId()
  useLayoutEffect(() => {
    if (!isOpen) return
    change([...opened, id])
    return () => change(opened.filter((other) => other !== id))
  }, [isOpen, id])
  const place = useSyncExternalStore(subscribe, () => opened.indexOf(id))
  const isFront = useSyncExternalStore(subscribe, () => opened.at(-1) === id)
  return {
    zIndex: LOWEST + Math.max(0, place),
    closeOnEscape: closeOnEscape && isFront,
    'data-front': isFront || undefined,
    __handledEscapeEvents: heard,
  }
}
