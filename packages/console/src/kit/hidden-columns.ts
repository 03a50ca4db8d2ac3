import { useQueryClient } from '@tanstack/react-query'
import { useSyncExternalStore } from 'react'
import { putMeColumns } from '../api.gen.ts'
import { api } from '../api.ts'
import { CONSOLE_KEY, type Me, useMe } from '../session/me.ts'
import { complain } from './toasts.tsx'

// What a saved view brings with it lasts until a person chooses columns themselves, or opens another view: it is theirs to look
// through, not a choice they have made for good.
let brought: Readonly<Record<string, readonly string[]>> = {}
const shown = new Map<string, readonly string[]>()
const listeners = new Set<() => void>()

/** Hides the columns that a saved view does without; undefined: those that a person always hides. */
export function bringColumns(table: string, hidden: readonly string[] | undefined): void {
  const { [table]: _, ...others } = brought
  brought = hidden === undefined ? others : { ...others, [table]: hidden }
  for (const listener of listeners) listener()
}

/** What the table hides at this moment; undefined when it is not on the page. */
export function columnsNow(table: string): readonly string[] | undefined {
  return shown.get(table)
}

/** The columns a table hides, and how to choose others: kept with the person, for every browser they use. */
export function useHiddenColumns(
  table: string,
  usual: readonly string[],
): readonly [readonly string[], (hidden: readonly string[]) => void] {
  const client = useQueryClient()
  const me = useMe()
  const views = useSyncExternalStore(subscribe, () => brought)
  const hidden = views[table] ?? me.hiddenColumns[table] ?? usual
  shown.set(table, hidden)
  const choose = (next: readonly string[]): void => {
    const hiddenColumns = { ...me.hiddenColumns, [table]: next }
    client.setQueryData<Me>(CONSOLE_KEY, (old) => old && { ...old, hiddenColumns })
    bringColumns(table, undefined)
    void putMeColumns(api, { hiddenColumns }).catch(complain)
  }
  return [hidden, choose]
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}
