import { useSearchText } from '@regie/console'

// The API looks for no more.
const LONGEST = 100

/** What is looked for in a list, kept in the address: the text as it is typed, and as the API is asked for it, where there is any. */
export function useFind() {
  const [text, setText] = useSearchText('q')
  return { text, setText, q: text.trim().slice(0, LONGEST) || undefined }
}
