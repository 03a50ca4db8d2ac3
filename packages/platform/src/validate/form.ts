import { z } from 'zod'

interface Form {
  readonly pattern: RegExp
  /** What follows "must be". */
  readonly words: string
}

const FORMS = {
  'authentication-secret': { pattern: /^[\w-]{22}=*$/, words: '16 bytes in base64url' },
  base64url: { pattern: /^[\w-]*$/, words: 'base64url' },
  domain: { pattern: /^[a-z0-9.-]+\.[a-z0-9-]+$/, words: 'a domain in small letters, such as example.com' },
  'long-name': {
    pattern: /^[a-z][a-z0-9-]{0,49}$/,
    words: 'small letters, digits and dashes, a letter first, at most 50',
  },
  name: { pattern: /^[a-z][a-z0-9-]{0,39}$/, words: 'small letters, digits and dashes, a letter first, at most 40' },
  'public-key': { pattern: /^B[\w-]{86}=*$/, words: 'a P-256 public key in base64url' },
  scope: { pattern: /^[\x21\x23-\x5b\x5d-\x7e]+$/, words: 'the name of a scope, such as openid' },
  'six-digits': { pattern: /^\d{6}$/, words: 'six digits' },
  trace: { pattern: /^[0-9a-f]{32}$/, words: '32 hexadecimal digits' },
} as const satisfies Readonly<Record<string, Form>>

/** A text of a form that has a name: whoever gets it wrong is told in words, not by its pattern. */
export function formed(name: keyof typeof FORMS): z.ZodString {
  const { pattern, words }: Form = FORMS[name]
  return z.string().regex(pattern, `Must be ${words}.`)
}

/** What the form of a pattern is called, as an issue tells it (`wants.format`); undefined of one that has no name. */
export function formOf(pattern: string | undefined): string | undefined {
  return Object.entries(FORMS).find(([, form]) => String(form.pattern) === pattern)?.[0]
}
