import { useWords } from '../i18n/language.tsx'
import type { Replay, RunHistory } from './tries.ts'
import { runWords } from './words.ts'

/** Who gave it fresh attempts, and whether with another input. */
export function ReplayedBy({ replay }: { readonly replay: Replay }) {
  const words = useWords(runWords)
  const who = useWho()(replay.by)
  return <span>{replay.newInput ? words.replayedRepaired(who) : words.replayed(who)}</span>
}

type By = NonNullable<RunHistory['cancelled']>['by']

/** How somebody is called in a sentence: by name, or by what they came with; undefined where it is not known. */
export function useWho(): (by: By) => string | undefined {
  const { someone } = useWords(runWords)
  return (by) => (by === undefined ? undefined : (by.name ?? someone[by.kind]))
}
