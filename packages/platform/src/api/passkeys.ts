import type {
  AuthenticationResponseJSON,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
  RegistrationResponseJSON,
} from '@simplewebauthn/server'
import { z } from 'zod'
import type { PlatformIdentity } from '../auth/platform-identity.ts'
import { PlatformError } from '../errors.ts'
import type { Passkey } from '../factor/passkeys.ts'
import { type Endpoint, endpoint } from '../http/endpoint.ts'
import { formed } from '../validate/form.ts'
import { line } from '../validate/line.ts'
import { instant, isoOf, isoOrNone } from './instant.ts'
import { personOf, tellOwner, visitOf } from './person.ts'

const called = { examples: ['Laptop at work'] }
const view = z.object({ id: z.string(), name: z.string().meta(called), createdAt: instant, usedAt: instant.optional() })
const bytes = formed('base64url').max(20_000)
const credential = { id: bytes, rawId: bytes, type: z.literal('public-key'), clientExtensionResults: z.object({}) }
const attestation: z.ZodType<RegistrationResponseJSON> = z.object({
  ...credential,
  response: z.object({ clientDataJSON: bytes, attestationObject: bytes }),
})
const assertion: z.ZodType<AuthenticationResponseJSON> = z.object({
  ...credential,
  response: z.object({
    clientDataJSON: bytes,
    authenticatorData: bytes,
    signature: bytes,
    userHandle: bytes.exactOptional(),
  }),
})
// What browsers are given to hand to an authenticator, as WebAuthn's JSON has it.
const creation = z.object({ options: z.custom<PublicKeyCredentialCreationOptionsJSON>() })
const request = z.object({ options: z.custom<PublicKeyCredentialRequestOptionsJSON>() })
const proof = { password: z.string().min(1).max(128).optional() }
const none = z.object({})

/** One's own passkeys, and coming in with one. */
export function passkeyEndpoints({ factors, forget, tell }: PlatformIdentity): readonly Endpoint[] {
  const { passkeys, siteOf } = factors
  return [
    endpoint({
      method: 'GET',
      url: '/api/v1/me/passkeys',
      summary: 'List your passkeys',
      access: 'signed-in',
      input: none,
      output: z.object({ items: z.array(view).readonly() }),
      handle: async (_, call) => ({ items: (await passkeys.list(personOf(call))).map(viewPasskey) }),
    }),
    endpoint({
      method: 'POST',
      url: '/api/v1/me/passkeys/begin',
      summary: 'What the browser needs to make a passkey',
      access: 'signed-in',
      input: z.object(proof),
      output: creation,
      handle: async (given, call) => ({
        options: await passkeys.beginRegistration(personOf(call), siteOf(visitOf(call)), given),
      }),
    }),
    endpoint({
      method: 'POST',
      url: '/api/v1/me/passkeys',
      summary: 'Register the passkey that the browser made',
      access: 'signed-in',
      input: z.object({ name: line(80).meta(called), response: attestation }),
      audit: { after: ({ name }) => ({ name }) },
      output: view,
      status: 201,
      async handle(made, call) {
        const passkey = await passkeys.register(personOf(call), siteOf(visitOf(call)), made)
        await tellOwner(tell, call, 'passkey-added', passkey.name)
        return viewPasskey(passkey)
      },
    }),
    endpoint({
      method: 'POST',
      url: '/api/v1/me/passkeys/:id/remove',
      summary: 'Remove a passkey',
      access: 'signed-in',
      input: z.object({ id: z.uuid(), ...proof }),
      output: none,
      status: 204,
      async handle({ id, ...given }, call) {
        await passkeys.remove(personOf(call), id, given)
        await tellOwner(tell, call, 'passkey-removed')
        return {}
      },
    }),
    endpoint({
      method: 'POST',
      url: '/api/v1/passkeys/begin',
      summary: 'What the browser needs to use a passkey',
      access: 'public',
      rate: 'sign-in',
      input: none,
      output: request,
      handle: async (_, call) => ({ options: await passkeys.beginUse(siteOf(visitOf(call))) }),
    }),
    endpoint({
      method: 'POST',
      url: '/api/v1/passkeys/sign-in',
      summary: 'Sign in with a passkey',
      access: 'public',
      rate: 'sign-in',
      input: z.object({ response: assertion }),
      output: none,
      status: 204,
      async handle({ response }, call) {
        const userId = await passkeys.ownerOf(siteOf(visitOf(call)), response)
        const { sessionId, cookie } = await factors.beginSession(userId, visitOf(call), 'passkey')
        // It asked for a PIN or a finger: possession and knowledge at once.
        await passkeys.show(sessionId, userId)
        call.header('set-cookie', cookie)
        return {}
      },
    }),
    endpoint({
      method: 'POST',
      url: '/api/v1/me/second-factor/passkey',
      summary: 'Show a passkey as your second factor',
      access: 'signed-in',
      beforeFactor: ['verify'],
      input: z.object({ response: assertion }),
      audit: { after: () => undefined },
      output: none,
      status: 204,
      async handle({ response }, call) {
        const person = personOf(call)
        const owner = await passkeys.ownerOf(siteOf(visitOf(call)), response)
        if (owner !== person.id)
          throw new PlatformError('PASSKEY_REFUSED', 'This passkey is of another account.', { status: 403 })
        await factors.letIn(person, call.requestId, () => passkeys.show(person.sessionId, person.id))
        forget()
        return {}
      },
    }),
  ]
}

function viewPasskey({ createdAt, usedAt, ...rest }: Passkey): z.input<typeof view> {
  return { ...rest, createdAt: isoOf(createdAt), ...isoOrNone('usedAt', usedAt) }
}
