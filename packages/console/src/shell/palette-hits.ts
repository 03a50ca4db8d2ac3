import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData, useQueries } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { useState } from 'react'
import { useLanguage, useWords } from '../i18n/language.tsx'
import { offeredActions } from '../kit/actions.ts'
import type { IconName } from '../kit/icon.tsx'
import { useMe } from '../session/me.ts'
import { useAppTitle } from './app-title.ts'
import type { ConsolePage, Found, ShownApp } from './console-app.ts'
import { finds } from './finds.ts'
import { operations } from './operations.ts'
import { type DoneElsewhere, useDoneElsewhere } from './palette-acts.ts'
import { useCommands } from './palette-commands.ts'
import { type Named, ranked } from './rank.ts'
import { recent } from './recent.ts'
import { shell } from './words.ts'

/** One line of the palette. */
export interface Hit extends Named {
  readonly key: string
  readonly icon: IconName
  /** Words of the console, and what comes from data; one of them, or both. */
  readonly label?: string
  readonly data?: string | undefined
  readonly detail?: string | undefined
  /** Words that it is found by and that are not shown. */
  readonly also?: string | undefined
  /** What it is. */
  readonly kind?: string
  readonly isKindData?: boolean
  /** Why it cannot be done. */
  readonly reason?: string | undefined
  /** Found only by typing. */
  readonly isAside?: boolean
  readonly run: () => void
}

/** What there is to choose from. */
export interface Hits {
  /** Under headings while nothing is typed, else all under none. */
  readonly parts: readonly { readonly title?: string; readonly hits: readonly Hit[] }[]
  readonly isSearching: boolean
  /** What could not be searched. */
  readonly failed: readonly string[]
}

type Place = { readonly to: string; readonly search?: Readonly<Record<string, string>> | undefined }

const MOST = 20
const MOST_RECENT = 5
const LEAST = 2
const DEBOUNCE_MS = 150
const FRESH_MS = 30_000
// What is refused comes last: it is there to say why.
const FAVOUR = { recent: 8, act: 6, page: 4, elsewhere: 3, refused: -40 } as const

/** What the palette shows for what is typed: recent things, acts on what is open, pages, and what is found by name. */
export function useHits(apps: readonly ShownApp[], typed: string, onShortcuts: () => void): Hits {
  const words = useWords(shell)
  const language = useLanguage()
  const router = useRouter()
  const me = useMe()
  // As they are when it opens: nothing moves under the cursor.
  const [opened] = useState(() => ({
    acts: offeredActions(),
    seen: recent().filter(({ to }) => to !== router.state.location.pathname),
  }))
  const goTo = ({ to, search = {} }: Place) => {
    return () => void router.navigate({ to, search })
  }
  const may = ({ permission }: { readonly permission?: string }): boolean =>
    permission === undefined || me.permissions.includes(permission)
  const titleOf = useAppTitle()
  const entries = (list: readonly ConsolePage[], kind: Pick<Hit, 'kind' | 'isKindData'> = {}): readonly Hit[] =>
    list.filter(may).flatMap(({ path: to, title, also, menu }) => {
      // Of what another page leads to.
      if (to.includes('$')) return []
      const named = { label: title[language], also: also?.[language], ...kind }
      return [
        hit({
          key: to,
          icon: menu?.icon ?? 'right',
          isAside: menu === undefined,
          ...named,
          favour: FAVOUR.page,
          run: goTo({ to }),
        }),
      ]
    })
  const pages = [
    ...entries(operations),
    ...apps.flatMap((app) => entries(app.pages, { kind: titleOf(app), isKindData: app.title === undefined })),
  ]
  const seen = opened.seen.flatMap(({ text, to, up }): readonly Hit[] => {
    const list = pages.find(({ key }) => key === up)
    // Of a list they may not see, or no longer, nothing is shown.
    if (list === undefined) return []
    return [
      hit({ key: to, icon: list.icon, data: text, kind: list.label ?? '', favour: FAVOUR.recent, run: goTo({ to }) }),
    ]
  })
  const acts = opened.acts.map(
    ({ key, icon, label, of, reason, onAct }): Hit =>
      hit({
        key,
        icon,
        label,
        data: of,
        reason,
        kind: words.onPage,
        favour: reason === undefined ? FAVOUR.act : FAVOUR.refused,
        run: onAct,
      }),
  )
  const elsewhere = useDoneElsewhere([...operations, ...apps.flatMap((app) => app.pages)], may, (to) => goTo({ to })())
  const onPage = new Set(opened.acts.map(({ id }) => id))
  // Those of the open page stand there already.
  const done = (list: readonly DoneElsewhere[]): readonly Hit[] =>
    list.filter(({ key }) => !onPage.has(key)).map((act) => hit({ ...act, kind: words.act, favour: FAVOUR.elsewhere }))
  const general = done(elsewhere.general)
  const commands = useCommands(onShortcuts).map((command): Hit => hit({ ...command, kind: words.display }))
  const text = typed.trim()
  const found = useFound(apps, text, may, goTo)
  if (text === '')
    return {
      parts: [
        { title: words.recent, hits: seen.slice(0, MOST_RECENT) },
        { title: words.onPage, hits: acts },
        { title: words.act, hits: general },
        { title: words.goTo, hits: pages.filter(({ isAside }) => isAside !== true) },
        { title: words.display, hits: commands },
      ].filter(({ hits }) => hits.length > 0),
      isSearching: false,
      failed: [],
    }
  const filtered = (key: string, name: string, icon: IconName, kind: string): Hit =>
    hit({ key: `${key} ${name}`, icon, data: name, kind, run: goTo({ to: '/runs', search: { q: `${key}:${name}` } }) })
  const runs = may({ permission: 'runs.read' })
  const id = runs ? /^(?:run|exécution|execution)?\s*#?(\d{1,16})$/i.exec(text)?.[1] : undefined
  const all: readonly Hit[] = [
    ...seen,
    ...acts,
    ...general,
    ...done(elsewhere.particular),
    ...pages,
    ...(runs ? me.jobs.map(({ name }) => filtered('job', name, 'runs', words.job)) : []),
    ...(runs ? me.queues.map((name) => filtered('queue', name, 'queue', words.queue)) : []),
    ...found.hits,
    ...commands,
  ]
  const first: readonly Hit[] =
    id === undefined
      ? []
      : [hit({ key: 'run', icon: 'runs', label: words.openRun(id), run: goTo({ to: `/runs/${id}` }) })]
  const once = all.filter(({ key }, index) => all.findIndex((each) => each.key === key) === index)
  return { ...found, parts: [{ hits: [...first, ...ranked(text, once, MOST)] }] }
}

function hit(given: Omit<Hit, 'text' | 'run' | 'group'> & { readonly run?: () => void }): Hit {
  const { label = '', data = '', detail = '', kind = '', also = '' } = given
  return { run: () => {}, ...given, text: `${label} ${data}`.trim(), group: `${kind} ${detail} ${also}` }
}

/** What the server finds, its own and the apps', each as it comes. */
function useFound(
  apps: readonly ShownApp[],
  text: string,
  may: (asked: { readonly permission: string }) => boolean,
  goTo: (place: Place) => () => void,
): Omit<Hits, 'parts'> & { readonly hits: readonly Hit[] } {
  const language = useLanguage()
  const [asked] = useDebouncedValue(text, DEBOUNCE_MS)
  const enabled = asked.length >= LEAST && text.length >= LEAST
  const sources = [...finds, ...apps.flatMap((app) => app.finds)].filter(may)
  const answers = useQueries({
    queries: sources.map(({ title, load }) => ({
      queryKey: ['find', title.en, asked],
      queryFn: async ({ signal }: { readonly signal: AbortSignal }) => (await load())(asked, signal),
      placeholderData: keepPreviousData<readonly Found[]>,
      // What was not there a moment ago may be now, as a quote that has just got its number.
      staleTime: ({ state }: { readonly state: { readonly data?: readonly Found[] | undefined } }) =>
        state.data?.length === 0 ? 0 : FRESH_MS,
      enabled,
    })),
  })
  if (!enabled) return { hits: [], isSearching: text.length >= LEAST, failed: [] }
  const titled = sources.map((source, index) => ({ ...source, answer: answers[index] }))
  return {
    hits: titled.flatMap(({ title, icon, answer }) =>
      (answer?.data ?? []).map(({ text: data, detail, to, search }) =>
        hit({
          key: to,
          icon,
          data,
          detail,
          kind: title[language],
          // The server has found it for a reason that need not be seen; what it found before has to match.
          least: answer?.isPlaceholderData === true ? 0 : 10,
          run: goTo({ to, search }),
        }),
      ),
    ),
    isSearching: text !== asked || answers.some(({ isFetching }) => isFetching),
    failed: titled.filter(({ answer }) => answer?.isError === true).map(({ title }) => title[language]),
  }
}
