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
      } as never),
  ]
}
