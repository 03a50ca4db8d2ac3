import { hideSecrets } from '@regie/engine'

const HIDDEN = '[hidden]'

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
    return hideSecrets(withoutKnown)
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
