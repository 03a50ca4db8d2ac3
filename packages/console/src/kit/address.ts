import { useParams, useRouter } from '@tanstack/react-router'
import type { Search } from './go.tsx'

/** An id in the path of the page, such as `quoteId` of `/quotes/$quoteId`. */
export function usePathText(name: string): string {
  const params: Readonly<Record<string, string | undefined>> = useParams({ strict: false })
  return params[name] ?? ''
}

/** Goes to another page of the console. */
export function useGoTo(): (to: string, search?: Search) => void {
  const router = useRouter()
  return (to, search = {}) => void router.navigate({ to, search } as never)
}
