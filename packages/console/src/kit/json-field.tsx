import { Textarea } from '@mantine/core'
import { catalogue } from '../i18n/catalogue.ts'
import { useWords } from '../i18n/language.tsx'

const words_ = catalogue(
  { broken: (why: string) => `This is no JSON: ${why}` },
  { broken: (why) => `Ce n’est pas du JSON : ${why}` },
)

/** JSON as text to be changed. Answers undefined beside the text while it cannot be read. */
export function readJson(text: string): { readonly value: unknown } | { readonly why: string } {
  try {
    return { value: JSON.parse(text) }
  } catch (error) {
    return { why: error instanceof Error ? error.message : String(error) }
  }
}

/** A field for JSON, which says what is wrong as one types. */
export function JsonField({
  label,
  text,
  error,
  onChange,
}: {
  readonly label: string
  readonly text: string
  /** What the server said of it. */
  readonly error?: string | undefined
  readonly onChange: (text: string) => void
}) {
  const words = useWords(words_)
  const read = readJson(text)
  return (
    <Textarea
      label={label}
      value={text}
      onChange={(event) => onChange(event.currentTarget.value)}
      error={'why' in read ? words.broken(read.why) : error}
      autosize
      minRows={6}
      maxRows={18}
      spellCheck={false}
      styles={{ input: { fontFamily: 'var(--mono)', fontSize: 13 } }}
      data-autofocus
    />
  )
}
