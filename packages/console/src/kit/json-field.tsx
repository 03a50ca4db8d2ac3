import { Textarea } from '@mantine/core'
import type { ReactNode } from 'react'
import { catalogue } from '../i18n/catalogue.ts'
import { useWords } from '../i18n/language.tsx'
import { type Named, useNamed } from './form.tsx'

const words_ = catalogue(
  {
    broken: (line: string | undefined) =>
      line === undefined
        ? 'This is no JSON yet: a quote, a comma or a bracket is missing or one too many.'
        : `This is no JSON: look at line ${line}.`,
  },
  {
    broken: (line) =>
      line === undefined
        ? 'Ce n’est pas encore du JSON : un guillemet, une virgule ou un crochet manque ou est de trop.'
        : `Ce n’est pas du JSON : voyez la ligne ${line}.`,
  },
)

/** JSON as text to be changed; while it cannot be read, in which line that is, where the browser says it. */
export function readJson(text: string): { readonly value: unknown } | { readonly wrongLine: string | undefined } {
  try {
    return { value: JSON.parse(text) }
  } catch (error) {
    return { wrongLine: lineOf(String(error), text) }
  }
}

/** Browsers tell the line, or how many characters they read; in English, and not all of them. */
function lineOf(message: string, text: string): string | undefined {
  const place = /position (\d+)/.exec(message)?.[1]
  if (place !== undefined && Number(place) < text.trimEnd().length)
    return String(text.slice(0, Number(place)).split('\n').length)
  return /line (\d+) column/.exec(message)?.[1]
}

/** A field for JSON, which says what is wrong as one types. */
export function JsonField({
  name,
  label,
  text,
  error,
  onChange,
}: Named & {
  readonly text: string
  /** What the server said of it. */
  readonly error?: ReactNode
  readonly onChange: (text: string) => void
}) {
  const words = useWords(words_)
  const read = readJson(text)
  const { wrong, mark } = useNamed({ name, label })
  return (
    <Textarea
      {...mark}
      label={label}
      value={text}
      onChange={(event) => onChange(event.currentTarget.value)}
      error={'wrongLine' in read ? words.broken(read.wrongLine) : (error ?? wrong)}
      autosize
      minRows={6}
      maxRows={18}
      spellCheck={false}
      styles={{ input: { fontFamily: 'var(--mono)', fontSize: 13 } }}
      data-autofocus
    />
  )
}
