import { EngineError } from '../errors.ts'

// Of a stream name, person or organisation, in characters.
const MAX_WORD = 200

/** Refuses what a store could not keep as it is, or a person could not read. Throws `NAME_INVALID`. */
export function checkWord(what: string, word: string): void {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused.
  if (typeof word === 'string' && /^[^\u0000-\u001f\u007f]{1,200}$/u.test(word) && word.isWellFormed()) return
  throw new EngineError(
    'NAME_INVALID',
    `${JSON.stringify(String(word).slice(0, 80))} is no ${what}: use 1 to ${MAX_WORD} characters, none of them a control character`,
  )
}
