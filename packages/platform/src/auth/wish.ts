import type { Principal } from './principal.ts'

/** Whoever replays runs at the command line, as the engine keeps it. */
export const AT_THE_COMMAND_LINE = 'operator:cli'

/** Whoever replays a run, as the engine keeps it: by id, so that no name outlives the account. */
export function wishOf({ kind, id }: Pick<Principal, 'kind' | 'id'>): string {
  return `${kind}:${id}`
}
