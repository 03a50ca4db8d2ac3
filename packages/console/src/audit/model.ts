import type { Entry } from '../api.gen.ts'

/** What an entry is about, as the filter takes it. */
export function objectText({ object }: Entry): string {
  return object === undefined ? '' : `${object.type}:${object.id}`
}
