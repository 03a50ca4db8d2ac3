import { useQuery, useQueryClient } from '@tanstack/react-query'
import { type ReactNode, useEffect, useRef } from 'react'
import { getConsole } from '../api.gen.ts'
import { type ApiError, api, onOutcome } from '../api.ts'
import { LanguageProvider } from '../i18n/language.tsx'
import { ConfirmProvider } from '../kit/confirm.tsx'
import { Toasts } from '../kit/toasts.tsx'
import { setConnection } from '../live/connection.ts'
import { startPush } from '../live/push.ts'
import { Labelled } from '../theme/labelled.tsx'
import { Connecting } from './connecting.tsx'
import { isLeaving } from './leaving.ts'
import { CONSOLE_KEY, type Me, MeContext } from './me.ts'
import { Moved } from './moved.tsx'
import { ProofAgain } from './proof-again.tsx'
import { SignedOut } from './signed-out.tsx'
import { wayBackFrom } from './way-back.ts'

const RETRY_MS = 3_000
const REFRESH_MS = 60_000

/** Asks who is signed in, and shows the console to them only. */
export function SessionGate({ children }: { readonly children: ReactNode }) {
  const client = useQueryClient()
  const { data, error, refetch } = useQuery<Me, ApiError>({
    queryKey: CONSOLE_KEY,
    queryFn: ({ signal }) => getConsole(api, { signal }),
    refetchInterval: ({ state: { status, error: failure, data: before } }) => {
      if (status === 'success') return REFRESH_MS
      // The answer stays the same until somebody signs in, here or in another tab, and then it is told.
      return failure?.status === 401 && before !== undefined ? false : RETRY_MS
    },
    refetchOnWindowFocus: 'always',
  })
  const isSignedOut = error?.status === 401
  const isHalfIn = error !== null && isOfFactor(error)
  const isNew = data === undefined
  useEffect(() => {
    // Who opens the console signed out wants to sign in; whose session ends at work wants to see that first.
    if (isHalfIn) goTo('/second-factor')
    else if (isSignedOut && isNew) goTo('/sign-in')
  }, [isSignedOut, isHalfIn, isNew])
  useEffect(() => {
    setConnection({ signedOut: isSignedOut })
    if (isSignedOut) return
    // Any answer may be the first to tell that the session has ended, or permits less; the next question about it would come a
    // minute later.
    return onOutcome((outcome) => {
      if (!outcome.ok && (outcome.error.status === 401 || outcome.error.status === 403))
        void refetch({ cancelRefetch: false })
    })
  }, [isSignedOut, refetch])
  const isIn = data !== undefined && !isSignedOut
  useTabs(isIn, isSignedOut, refetch)
  const permissions = data?.permissions.join(' ')
  useEffect(
    () => (isIn && permissions !== undefined ? startPush(client, permissions.split(' ')) : undefined),
    [isIn, permissions, client],
  )
  const who = useRef<string>(undefined)
  useEffect(() => {
    if (!isIn) return
    const current = `${data.principal.id} ${data.org.id}`
    // What is on the page belongs to whoever was here before, or to the organisation that was left in another tab.
    if (isLeaving()) return
    if (who.current !== undefined && who.current !== current) window.location.reload()
    else if (who.current !== undefined)
      void client.invalidateQueries({ predicate: ({ queryKey }) => queryKey[1] !== CONSOLE_KEY[1] })
    who.current = current
  }, [isIn, client, data?.principal.id, data?.org.id])
  return (
    <LanguageProvider timeZone={data?.org.timeZone ?? 'UTC'}>
      {data === undefined && <Connecting error={isSignedOut ? null : error} />}
      {data !== undefined && (
        <MeContext value={data}>
          <Labelled>
            <ConfirmProvider>{children}</ConfirmProvider>
            <ProofAgain />
            <Moved />
            <Toasts />
            {isSignedOut && <SignedOut />}
          </Labelled>
        </MeContext>
      )}
    </LanguageProvider>
  )
}

/** Whoever comes in here is in in all tabs: those that ask to sign in ask the server again. */
function useTabs(isIn: boolean, isSignedOut: boolean, refetch: () => unknown): void {
  useEffect(() => {
    const channel = new BroadcastChannel('regie.session')
    if (isIn) channel.postMessage('in')
    if (isSignedOut) channel.onmessage = () => void refetch()
    return () => channel.close()
  }, [isIn, isSignedOut, refetch])
}

function isOfFactor({ code }: ApiError): boolean {
  return code === 'SECOND_FACTOR_NEEDED' || code === 'SECOND_FACTOR_ENROL'
}

/** Elsewhere, and then back to this very view. */
function goTo(page: '/sign-in' | '/second-factor'): void {
  window.location.replace(wayBackFrom(page))
}
