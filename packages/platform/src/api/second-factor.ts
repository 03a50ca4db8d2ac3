import { z } from 'zod'
import { actingAs } from '../auth/acting.ts'
import type { PlatformIdentity } from '../auth/platform-identity.ts'
import { type Endpoint, endpoint } from '../http/endpoint.ts'
import { formed } from '../validate/form.ts'
import { personOf, tellOwner } from './person.ts'

const code = formed('six-digits')
const password = z.string().min(1).max(128)
const backupCode = z.string().min(16).max(40)
const shown = { code: code.optional(), backupCode: backupCode.optional() }
const backupCodes = z.object({ backupCodes: z.array(z.string()).readonly() })
const none = z.object({})

const status = z.object({
  totp: z.enum(['none', 'unconfirmed', 'confirmed']),
  hasPasskey: z.boolean(),
  backupCodesLeft: z.int(),
  required: z.boolean(),
  /** Asked for before a factor is set up. */
  hasPassword: z.boolean(),
  shown: z.string().optional(),
  /** What this session still has to do. */
  state: z.enum(['open', 'verify', 'enrol']),
})

/** One's own second factor, what the organisation wants, and help for who has lost it. */
export function secondFactorEndpoints(identity: PlatformIdentity): readonly Endpoint[] {
  const { factors, forget, tell } = identity
  const { secondFactor } = factors
  return [
    endpoint({
      method: 'GET',
      url: '/api/v1/me/second-factor',
      summary: 'How your second factor stands, and what this session still has to do',
      access: 'signed-in',
      beforeFactor: ['verify', 'enrol'],
      input: none,
      output: status,
      async handle(_, call) {
        const person = personOf(call)
        return { ...(await secondFactor.status(person)), state: await factors.gate(person) }
      },
    }),
    endpoint({
      method: 'POST',
      url: '/api/v1/me/second-factor/verify',
      summary: 'Show your second factor: a code of your app, or a backup code',
      access: 'signed-in',
      beforeFactor: ['verify'],
      input: z.object(shown),
      output: none,
      status: 204,
      async handle(given, call) {
        const person = personOf(call)
        await factors.letIn(person, call.requestId, () => secondFactor.verify(person, given))
        forget()
        return {}
      },
    }),
    endpoint({
      method: 'POST',
      url: '/api/v1/me/proof',
      summary: 'Give your password again, where an answer was PROOF_STALE; it holds for ten minutes of this session',
      access: 'signed-in',
      input: z.object({ password }),
      output: none,
      status: 204,
      async handle(given, call) {
        await factors.prove(personOf(call), given.password)
        return {}
      },
    }),
    endpoint({
      method: 'POST',
      url: '/api/v1/me/second-factor/totp',
      confidential: true,
      summary: 'Begin with an authenticator app; the secret is shown once',
      access: 'signed-in',
      beforeFactor: ['enrol'],
      input: z.object({ password: password.optional() }),
      output: z.object({
        secret: z.string(),
        uri: z.string(),
        /** One SVG path in a square of `size` units. */
        qr: z.object({ size: z.int(), path: z.string() }),
      }),
      status: 201,
      handle: (proof, call) => secondFactor.enrol(personOf(call), proof),
    }),
    endpoint({
      method: 'POST',
      url: '/api/v1/me/second-factor/totp/confirm',
      confidential: true,
      summary: 'End it with a first code; the backup codes are shown once',
      access: 'signed-in',
      beforeFactor: ['enrol'],
      input: z.object({ code }),
      output: backupCodes,
      async handle(given, call) {
        const person = personOf(call)
        const confirm = () => secondFactor.confirm(person, given.code)
        const backupCodes = await factors.letIn(person, call.requestId, confirm)
        await tellOwner(tell, call, 'factor-added')
        return { backupCodes }
      },
    }),
    endpoint({
      method: 'POST',
      url: '/api/v1/me/second-factor/backup-codes',
      confidential: true,
      summary: 'New backup codes in the place of the old ones',
      access: 'signed-in',
      input: z.object(shown),
      output: backupCodes,
      async handle(given, call) {
        const backupCodes = await secondFactor.renewBackupCodes(personOf(call), given)
        await tellOwner(tell, call, 'backup-codes')
        return { backupCodes }
      },
    }),
    endpoint({
      method: 'POST',
      url: '/api/v1/me/second-factor/disable',
      summary: 'Remove your authenticator and your backup codes',
      access: 'signed-in',
      input: z.object(shown),
      output: none,
      status: 204,
      async handle(given, call) {
        await secondFactor.disable(personOf(call), given)
        await tellOwner(tell, call, 'factor-removed')
        return {}
      },
    }),
    endpoint({
      method: 'GET',
      url: '/api/v1/second-factor/policy',
      summary: 'Whether the organisation wants a second factor of everybody',
      access: 'users.read',
      input: none,
      output: z.object({ required: z.boolean() }),
      handle: async (_, call) => ({ required: await factors.isRequired(call.principal().org) }),
    }),
    endpoint({
      method: 'PUT',
      url: '/api/v1/second-factor/policy',
      summary: 'Want a second factor of everybody, or no longer',
      access: 'users.manage',
      input: z.object({ required: z.boolean() }),
      output: z.object({ required: z.boolean() }),
      async handle({ required }, call) {
        await factors.setRequired(actingAs(call.principal()), required)
        return { required }
      },
    }),
    endpoint({
      method: 'POST',
      url: '/api/v1/users/:user/second-factor/reset',
      summary: 'Take the second factor of somebody away who has lost it',
      access: 'users.manage',
      input: z.object({ user: z.uuid() }),
      output: none,
      status: 204,
      async handle({ user }, call) {
        await factors.reset(actingAs(call.principal()), user)
        await tell(user, { what: 'factor-reset', org: call.principal().org })
        return {}
      },
    }),
  ]
}
