import type { RunDetail } from '@regie/engine'
import { mayDo, type Principal } from './principal.ts'

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

/** Why a run ends that somebody cancels without a word: the name of a person would outlive the account, that of a key may. */
export function reasonOf({ kind, name }: Pick<Principal, 'kind' | 'name'>): string | undefined {
  return kind === 'key' ? `cancelled by the API key ${name}` : undefined
}

/** True for whoever started a run, or replayed it and may still replay runs. */
export function hasStarted(
  principal: Pick<Principal, 'kind' | 'id' | 'org' | 'permissions'>,
  { org, startedBy = [], replays = [] }: Pick<RunDetail, 'org' | 'startedBy' | 'replays'>,
): boolean {
  const wish = wishOf(principal)
  if (org !== principal.org) return false
  return startedBy.includes(wish) || (mayDo(principal, 'runs.manage') && replays.some(({ by }) => by === wish))
}
