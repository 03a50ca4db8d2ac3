// The fuzzer on a fixed list of seeds, so that a failure stays one; `npm run fuzz` takes others, for as long as one likes.
import { describe, expect, it } from 'vitest'
import { addressesOf } from './abuse/addresses.ts'
import { fuzz, openFuzzed } from './abuse/fuzz.ts'
import { STORES } from './product.ts'

// Half a minute on both stores together; `npm run fuzz` goes on as long as one likes.
const CASES = 13

// What nobody makes up: links from e-mails, codes of a device, answers of an authenticator, a provider, somebody else's eyes.
const SECRETIVE = [
  'POST /api/v1/auth/sign-in/email',
  'POST /api/v1/auth/reset-password',
  'POST /api/v1/auth/change-password',
  'POST /api/v1/sso/:provider/answer',
  'DELETE /api/v1/me/impersonation',
  'POST /api/v1/invitations/look',
  'POST /api/v1/invitations/accept',
  'POST /api/v1/me/proof',
  'POST /api/v1/me/second-factor/verify',
  'POST /api/v1/me/second-factor/totp',
  'POST /api/v1/me/second-factor/backup-codes',
  'POST /api/v1/me/second-factor/disable',
  'POST /api/v1/me/second-factor/passkey',
  'POST /api/v1/me/passkeys',
  'POST /api/v1/me/passkeys/begin',
  'POST /api/v1/me/passkeys/:id/remove',
  'POST /api/v1/passkeys/sign-in',
  'GET /api/v1/sso/:provider/begin',
  // None is made here.
  'POST /api/v1/backups/verify',
  // The only other organisation is not to be named, see abuse/tenants.ts.
  'GET /api/v1/organisations/:id',
  'PATCH /api/v1/organisations/:id',
  'POST /api/v1/organisations/:id/close',
  'POST /api/v1/organisations/:id/restore',
]

describe.each(STORES)('on %s', (store) => {
  it.each([20_261_128])('no input breaks an address, seed %i', { timeout: 400_000 }, async (seed) => {
    await using product = await openFuzzed(store)
    const { findings, accepted } = await fuzz(product, { seed, cases: CASES })
    const again = `npm run fuzz -- --seed ${seed} --cases ${CASES} --minutes 0 --store ${store}`
    expect(findings, again).toEqual([])
    const never = addressesOf(product.document).filter(({ name }) => !accepted.has(name))
    expect(never.map(({ name }) => name).toSorted(), 'addresses that took no input at all').toEqual(
      SECRETIVE.toSorted(),
    )
  })
})
