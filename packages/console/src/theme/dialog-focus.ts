const FOCUSABLE = 'input:not(:disabled), textarea, select, button:not(:disabled), a[href]'

/** The dialog in front. */
function frontDialog(): Element | undefined {
  return [...document.querySelectorAll('[aria-modal="true"]')].at(-1)
}

/** True while a dialog is open. */
export function isDialogOpen(): boolean {
  return frontDialog() !== undefined
}

/** Brings the focus into the dialog in front when it is elsewhere: who types there must not type into nothing. */
export function focusDialog(): void {
  const dialog = frontDialog()
  if (dialog === undefined || dialog.contains(document.activeElement)) return
  const field = dialog.querySelector('[data-autofocus]') ?? dialog.querySelector(FOCUSABLE)
  if (field instanceof HTMLElement) field.focus({ preventScroll: true })
}
