const CLOSES = '.mantine-Modal-close'
// Where the focus goes, the best first.
const PLACES = [
  '[data-autofocus]',
  'input:not(:disabled), textarea, select',
  `button:not(:disabled, ${CLOSES}), a[href]`,
  CLOSES,
]

/** The dialog in front. */
function frontDialog(): Element | null {
  return document.querySelector('[data-front] [aria-modal="true"]')
}

/** True while a dialog is open. */
export function isDialogOpen(): boolean {
  return frontDialog() !== null
}

/**
 * Brings the focus into the dialog in front when it is elsewhere: who types there must not type into nothing. What closes a
 * dialog has it only where there is nothing else, or Enter would close what has just been opened.
 */
export function focusDialog(): void {
  const dialog = frontDialog()
  const focused = document.activeElement
  if (dialog === null || (dialog.contains(focused) && focused?.matches(CLOSES) !== true)) return
  const field = PLACES.map((place) => dialog.querySelector(place)).find((found) => found !== null)
  if (field instanceof HTMLElement) field.focus({ preventScroll: true })
}
