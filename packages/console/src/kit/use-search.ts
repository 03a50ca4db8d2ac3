import { useNavigate, useSearch } from '@tanstack/react-router'

/** One value behind the `?` of the address, and how to change it: every view is a link. */
export function useSearchText(name: string): readonly [string, (value: string) => void] {
  const search: Readonly<Record<string, unknown>> = useSearch({ strict: false })
  const navigate = useNavigate()
  const value = search[name]
  return [
    typeof value === 'string' ? value : '',
    (next) =>
      void navigate({
        to: '.',
        search: (old: Record<string, unknown>) => ({ ...old, [name]: next === '' ? undefined : next }),
        replace: true,
        // What somebody has scrolled to, and what follows its own end, stays as it is.
        resetScroll: false,
      } as never),
  ]
}

/** Several of them as one text, which a saved view can keep, and how to put them all back. */
export function useSearchView(names: readonly string[]): readonly [string, (text: string) => void] {
  const search: Readonly<Record<string, unknown>> = useSearch({ strict: false })
  const navigate = useNavigate()
  const given = names.flatMap((name) => {
    const value = search[name]
    return typeof value === 'string' && value !== '' ? [[name, value]] : []
  })
  return [
    new URLSearchParams(given).toString(),
    (text) => {
      const wanted = new URLSearchParams(text)
      const next = Object.fromEntries(names.map((name) => [name, wanted.get(name) ?? undefined]))
      void navigate({
        to: '.',
        search: (old: Record<string, unknown>) => ({ ...old, ...next }),
        replace: true,
      } as never)
    },
  ]
}
