import { z } from 'zod'
import type { AuditKey, AuditKeys } from './keys.ts'
import { readEnd } from './store/chain.ts'
import { type AuditPart, type AuditVerification, readLog, type VerifyOptions } from './verify.ts'

/** What a verification by night works with. */
export interface NightlyOptions extends VerifyOptions {
  /** Entries that are read together. Default 1,000. */
  readonly block?: number | undefined
}

const NIGHTS = 7
const BLOCK = 1_000

const verifiedSchema = z.object({
  seq: z.int(),
  seal: z.string(),
  at: z.int(),
  /** Which of the old blocks have their turn next: each seventh from this one. */
  night: z
    .int()
    .min(0)
    .max(NIGHTS - 1),
  key: z.string(),
  signature: z.string(),
})

/** A signed statement, outside the database, that the log was whole up to here. */
type Verified = z.infer<typeof verifiedSchema>

/**
 * Reads what is new since the last time, and a seventh of what is old: each seventh block, beginning with another each night, so that
 * all of it is read again within seven nights. It reads the whole log when that is no longer than seven blocks, when a restore has put it
 * back since, when nothing is known of a last time (or what is known does not bear our signature), and after a fault, until there is none.
 */
export async function verifyByNight(options: NightlyOptions): Promise<AuditVerification> {
  const { anchors, keys, database, clock, block = BLOCK } = options
  const before = await readVerified(options)
  const isShort = (await readEnd(database)).seq <= NIGHTS * block
  const { verification, end } = await readLog(options, before && !isShort ? partOf(before, block) : undefined)
  const night = before === undefined ? 0 : (before.night + 1) % NIGHTS
  const verified = verification.ok ? signVerified({ ...end, at: clock.now(), night }, keys.active) : undefined
  await anchors.writeVerified(verified)
  return verification
}

function partOf(verified: Verified, block: number): AuditPart {
  // With the block it ends in, so that its seal is compared.
  const whole = Math.floor(Math.max(verified.seq - 1, 0) / block)
  const turns = Array.from({ length: whole }, (_, index) => index).filter((index) => index % NIGHTS === verified.night)
  const old = turns.map((index) => ({ after: index * block, through: (index + 1) * block }))
  return { ranges: [...old, { after: whole * block }], verified }
}

/** What was verified the last time, unless it is not ours or the log was put back since. */
async function readVerified({ anchors, keys }: Pick<NightlyOptions, 'anchors' | 'keys'>) {
  const { data } = verifiedSchema.safeParse(await anchors.verified())
  if (data === undefined || !isOurs(data, keys)) return undefined
  const book = await anchors.read()
  return book.anchors.some(({ kind, at }) => kind === 'rewind' && at >= data.at) ? undefined : data
}

function signVerified(verified: Omit<Verified, 'key' | 'signature'>, key: AuditKey): Verified {
  const whole = { ...verified, key: key.id }
  return { ...whole, signature: key.sign(signedText(whole)) }
}

function isOurs(verified: Verified, keys: AuditKeys): boolean {
  return keys.find(verified.key)?.verify(signedText(verified), verified.signature) === true
}

function signedText({ seq, seal, at, night, key }: Omit<Verified, 'signature'>): string {
  return `regie audit verified\n${seq}\n${seal}\n${at}\n${night}\n${key}`
}
