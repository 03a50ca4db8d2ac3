/** What stands for a secret in what is stored. */
const MASK = '•••'

/**
 * Takes secrets out of text, in every form in which a server may send one back: as it is, in an address, in JSON, in
 * base64. Values of fewer than four characters are left alone: they would be found everywhere.
 */
export function secretsIn(values: readonly string[]): (text: string) => string {
  const forms = values
    .filter((value) => value.length >= 4)
    .flatMap((value) => [
      value,
      encodeURIComponent(value),
      JSON.stringify(value).slice(1, -1),
      Buffer.from(value).toString('base64').replace(/=+$/, ''),
      Buffer.from(value).toString('base64url'),
    ])
  // The longest first, because one form may be part of another.
  const sorted = [...new Set(forms)].toSorted((a, b) => b.length - a.length)
  return (text) => sorted.reduce((rest, form) => rest.replaceAll(form, MASK), text)
}
