/** What a job of a test does in a thread of its own. */
export function run({ text }: { readonly text: string }): string {
  return text.toUpperCase()
}
