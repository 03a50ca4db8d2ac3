import type { RunDetail } from '@regie/engine'
import type { Principal } from './principal.ts'

/** Whoever replays runs at the command line, as the engine keeps it. */
export const AT_THE_COMMAND_LINE = 'operator:cli'

/** Whoever replays a run, as the engine keeps it: by id, so that no name outlives the account. */
export function wishOf({ kind, id }: Pick<Principal, 'kind' | 'id'>): string {
  return `${kind}:${id}`
}

/** On whose behalf a run is started, as the engine keeps it: a key's run is its owner's too. */
export function startersOf(principal: Pick<Principal, 'kind' | 'id' | 'owner'>): readonly string[] {
  const { owner } = principal
  return [wishOf(principal), ...(owner === undefined ? [] : [wishOf({ kind: 'user', id: owner })])]
}

/** True for whoever started a run, or replayed it. */
export function hasStarted(
  principal: Pick<Principal, 'kind' | 'id' | 'org'>,
  { org, startedBy = [], replays = [] }: Pick<RunDetail, 'org' | 'startedBy' | 'replays'>,
): boolean {
  const wish = wishOf(principal)
  return org === principal.org && (startedBy.includes(wish) || replays.some(({ by }) => by === wish))
}
