// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const CONTROL = /[\u0000-\u001f\u007f]/

/** True for a text that both stores keep as it is, and that fits into an index: well-formed, not empty, not too long. */
export function isWord(text: unknown, longest: number): text is string {
  if (typeof text !== 'string') return false
  return text.length > 0 && text.length <= longest && !CONTROL.test(text) && text.isWellFormed()
}
