import { useQuery } from '@tanstack/react-query'
import { getMe, type Me } from '../api.gen.ts'
import { type ApiError, clientWith } from '../api.ts'

/** Who is signed in, by which session, and where else they belong. */
export type Profile = Me

/** Asks for it; fails on a server without sign-in. */
export function useProfileQuery() {
  return useQuery<Profile, ApiError>({
    queryKey: ['api', '/api/v1/me'],
    queryFn: ({ signal }) => getMe(clientWith({ signal })),
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  })
}

/** The profile; undefined on a server without sign-in. */
export function useProfile(): Profile | undefined {
  return useProfileQuery().data
}
