// All but line breaks, tabs, and the colours of styleText: the rest moves the cursor, renames the window, or answers in the place of who types.
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const UNSEEN = /\u001b(?!\[[\d;]*m)|[\u0000-\u0008\u000b-\u001a\u001c-\u001f\u007f-\u009f]/g

/** Text for a terminal: control characters that came with what it tells are spelt out, such as `\x1b`. */
export function visible(text: string): string {
  return text.replace(UNSEEN, (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`)
}
