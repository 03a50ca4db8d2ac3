import { useQuery, useQueryClient } from '@tanstack/react-query'
import { type ReactNode, useEffect } from 'react'
import { getConsole } from '../api.gen.ts'
import { type ApiError, api } from '../api.ts'
import { LanguageProvider } from '../i18n/language.tsx'
import { ConfirmProvider } from '../kit/confirm.tsx'
import { Toasts } from '../kit/toasts.tsx'
import { startPush } from '../live/push.ts'
import { Connecting } from './connecting.tsx'
import { type Me, MeContext } from './me.ts'
import { SignedOut } from './signed-out.tsx'
import { wayBackFrom } from './way-back.ts'

const RETRY_MS = 3_000
const REFRESH_MS = 60_000

/** Asks who is signed in, and shows the console to them only. */
export function SessionGate({ children }: { readonly children: ReactNode }) {
  const client = useQueryClient()
  const { data, error } = useQuery<Me, ApiError>({
    queryKey: ['api', '/api/v1/console'],
    queryFn: ({ signal }) => getConsole(api, { signal }),
    refetchInterval: (query) => (query.state.data === undefined ? RETRY_MS : REFRESH_MS),
  })
  const isSignedOut = error?.status === 401
  const isHalfIn = error?.code.startsWith('SECOND_FACTOR') === true
  const isNew = data === undefined
  useEffect(() => {
    // Who opens the console signed out wants to sign in; whose session ends at work wants to see that first.
    if (isHalfIn) goTo('/second-factor')
    else if (isSignedOut && isNew) goTo('/sign-in')
  }, [isSignedOut, isHalfIn, isNew])
  const isIn = data !== undefined && !isSignedOut
  useEffect(() => (isIn ? startPush(client) : undefined), [isIn, client])
  return (
    <LanguageProvider timeZone={data?.org.timeZone ?? 'UTC'}>
      {isSignedOut && <SignedOut />}
      {!isSignedOut && data === undefined && <Connecting error={error} />}
      {isIn && (
        <MeContext value={data}>
          <ConfirmProvider>{children}</ConfirmProvider>
          <Toasts />
        </MeContext>
      )}
    </LanguageProvider>
  )
}

/** Elsewhere, and then back to this very view. */
function goTo(page: '/sign-in' | '/second-factor'): void {
  window.location.replace(wayBackFrom(page))
}
