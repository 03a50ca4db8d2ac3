const HIDDEN = '[hidden]'

// Each pattern keeps what tells an operator where the secret stood.
const PATTERNS: readonly (readonly [RegExp, string])[] = [
  // scheme://user:password@host
  [/([a-z][a-z0-9+.-]{0,20}:\/\/[^\s:/@"\\]{0,200}):[^\s/"\\]{1,500}@/gi, `$1:${HIDDEN}@`],
  // the path of a webhook is its password
  [/(\/api\/webhooks\/|hooks\.slack\.com\/services\/)[^\s"\\)]{1,500}/gi, `$1${HIDDEN}`],
  [/\b(bearer|basic) +[\w.~+/=-]{8,5000}/gi, `$1 ${HIDDEN}`],
  // JSON Web Tokens
  [/\beyJ[\w-]{8,5000}\.[\w-]{8,5000}\.[\w-]{0,5000}/g, HIDDEN],
  [
    /([?&](?:access_token|token|key|api_key|apikey|secret|signature|sig|code|password)=)[^&\s"#\\]{1,5000}/gi,
    `$1${HIDDEN}`,
  ],
  // "password":"…" at any depth, also inside a string that is itself JSON
  [
    /(\\?"[\w.-]{0,60}(?:password|passwd|secret|token|authorization|cookie|api_?key|webhook|private_?key)\\?"\s*:\s*\\?")(?:[^"\\]|\\[^"])+/gi,
    `$1${HIDDEN}`,
  ],
]

/** Takes secrets out of text by their shape, and the given ones wherever they stand. */
export type Scrubber = (text: string) => string

/**
 * Makes a scrubber. It works on the finished line, because redaction by path misses deep keys, error texts and
 * addresses. `secrets` shorter than six characters are ignored: replacing them would mangle ordinary words.
 */
export function scrubber(secrets: readonly string[] = []): Scrubber {
  const known = [...new Set(secrets.flatMap(spellings))]
    .filter((secret) => secret.length >= 6)
    .toSorted((a, b) => b.length - a.length)
  return (text) => {
    const withoutKnown = known.reduce((line, secret) => line.replaceAll(secret, HIDDEN), text)
    return PATTERNS.reduce((line, [pattern, replacement]) => line.replace(pattern, replacement), withoutKnown)
  }
}

/** The secret parts of an address: its password, as written and decoded, and the path of a webhook. */
export function secretsOf(address: string | undefined): readonly string[] {
  if (address === undefined || !URL.canParse(address)) return []
  const { password, pathname } = new URL(address)
  const webhook = /\/webhooks\/(.+)$/.exec(pathname)?.[1]
  return [password, decoded(password), webhook ?? ''].filter((part) => part !== '')
}

function spellings(secret: string): readonly string[] {
  return [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)]
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
