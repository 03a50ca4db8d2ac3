import { useEffect } from 'react'
import { focusDialog, isDialogOpen } from '../theme/dialog-focus.ts'

const FOCUSABLE = 'a[href], button:not(:disabled), input:not(:disabled), select, textarea, [tabindex="0"]'

/** Where the focus was: the element, and from it to the page's root each place among its siblings. */
interface Place {
  readonly element: HTMLElement
  readonly path: readonly { readonly parent: Element; readonly index: number }[]
}

/**
 * Whoever works by keyboard goes on where they were: when a dialog is gone the focus returns to what opened it, and when
 * what had it is gone, as the row that was revoked, it goes to the next one, else to the page's title. Whoever clicks
 * beside everything has let it go, and is not called back.
 */
export function useKeptFocus(): void {
  useEffect(() => {
    const root = document.getElementById('console')
    if (root === null) return
    let place: Place | undefined
    const onFocus = ({ target }: FocusEvent): void => {
      if (!(target instanceof HTMLElement && root.contains(target))) return
      if (isDialogOpen()) focusDialog()
      else place = placeOf(target, root)
    }
    const onBlur = ({ target, relatedTarget }: FocusEvent): void => {
      if (relatedTarget !== null || target !== place?.element) return
      queueMicrotask(() => {
        if (target instanceof Node && target.isConnected && !isDialogOpen()) place = undefined
      })
    }
    const observer = new MutationObserver(() => {
      if (document.activeElement !== document.body) return
      // One that closes gives the focus back to what was pressed, which may be busy, and so may not have it.
      if (isDialogOpen()) return focusDialog()
      if (place === undefined) return
      const next = place.element.isConnected ? place.element : neighbourOf(place)
      ;(next ?? root.querySelector<HTMLElement>('main h1'))?.focus({ preventScroll: true })
    })
    observer.observe(document.body, { childList: true, subtree: true })
    document.addEventListener('focusin', onFocus)
    document.addEventListener('focusout', onBlur)
    return () => {
      observer.disconnect()
      document.removeEventListener('focusin', onFocus)
      document.removeEventListener('focusout', onBlur)
    }
  }, [])
}

function placeOf(element: HTMLElement, root: Element): Place {
  const path: { parent: Element; index: number }[] = []
  let child: Element = element
  while (child !== root && child.parentElement !== null) {
    path.push({ parent: child.parentElement, index: [...child.parentElement.children].indexOf(child) })
    child = child.parentElement
  }
  return { element, path }
}

/** What can have the focus nearest to where it was, within the page. */
function neighbourOf({ path }: Place): HTMLElement | undefined {
  for (const { parent, index } of path) {
    if (!parent.isConnected) continue
    if (parent.localName === 'main') return undefined
    for (const beside of [parent.children[index], parent.children[index - 1]]) {
      const found = beside?.matches(FOCUSABLE) === true ? beside : beside?.querySelector(FOCUSABLE)
      if (found instanceof HTMLElement) return found
    }
  }
  return undefined
}
