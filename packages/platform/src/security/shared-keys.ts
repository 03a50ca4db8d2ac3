import { scryptSync } from 'node:crypto'
import { join } from 'node:path'
import type { Database } from '@regie/engine'
import { auditFolder, loadAuditKeys } from '../audit/keys.ts'
import { deriveSecret, readSecret } from '../auth/secret.ts'
import type { Config } from '../config/config.ts'
import { PlatformError } from '../errors.ts'
import { addFingerprint, readFingerprints, replaceFingerprint, type SharedKeyName } from './store/shared-keys.ts'

/** Keys that whoever uses the database must have in common: with others, sessions of one are none for another, and the audit log seems forged. */
export interface SharedKeys {
  /** What is wrong with those of this process, one sentence each; nothing before the database knows any. */
  wrong(): Promise<readonly string[]>
  /** Refuses other keys than the database knows, if it knows any yet. Throws `CONFIG_INVALID` with the way out. */
  refuse(): Promise<void>
  /** Refuses other keys than the database knows, and makes known those it does not. Throws `CONFIG_INVALID`. */
  require(): Promise<void>
  /** Makes this process's keys those of the database; answers which are new to it. */
  adopt(): Promise<readonly SharedKeyName[]>
}

interface Place {
  readonly setting: string
  readonly file: string
  /** How it is changed on purpose. */
  readonly change: string
}

/** A key of this process. */
interface OwnKey {
  readonly name: SharedKeyName
  readonly print: string
  /** Whether a fingerprint is that of a key which it replaces. */
  isFormer(print: string): boolean
}

type Known = ReadonlyMap<SharedKeyName, string>

const KEY = /^[A-Za-z0-9+/]{43}=$/

/** Those of a configuration; read, or made in the data folder, when they are first asked for. */
export function sharedKeys(database: Database, config: Config): SharedKeys {
  const places: Readonly<Record<SharedKeyName, Place>> = {
    secret: {
      setting: 'REGIE_SECRET',
      file: join(config.dataDir, 'secret'),
      change: `"${config.program} secrets adopt" makes this one count, and everybody signs in again`,
    },
    audit: {
      setting: 'REGIE_AUDIT_KEY',
      file: join(auditFolder(config.dataDir), 'key'),
      change: `name the one before in REGIE_FORMER_AUDIT_KEYS, or, when it is lost, "${config.program} secrets adopt"`,
    },
  }
  const configured = { secret: config.secret, audit: config.audit.key }
  const ownKeys = async (): Promise<readonly OwnKey[]> => {
    const [secret, audit] = [await readSecret(config.dataDir, config.secret), await loadAuditKeys(config)]
    return [
      { name: 'secret', print: fingerprintOf(secret), isFormer: () => false },
      { name: 'audit', print: audit.active.id, isFormer: (id) => audit.find(id) !== undefined },
    ]
  }
  const sentence = ({ name }: OwnKey): string => {
    const { setting, file, change } = places[name]
    const read = configured[name] === undefined ? `what ${file} holds` : setting
    return `${setting}: this database is used with another one than ${read}. On each machine, set ${setting} to the same value, or copy that file from the machine that has the right one; after a restore, from where the backup was made. To change it on purpose: ${change}`
  }
  const faults = (own: readonly OwnKey[], known: Known): readonly string[] =>
    others(own, known)
      .filter((key) => !isRotated(key, known))
      .map(sentence)
  const refuse = (own: readonly OwnKey[], known: Known): void => {
    const found = faults(own, known)
    if (found.length > 0) throw new PlatformError('CONFIG_INVALID', found.join('\n'))
  }
  /** Those that are new to the database; others than it knows replace them where the former ones may go. */
  const makeKnown = async (own: readonly OwnKey[], known: Known, mayGo: (key: OwnKey) => boolean) => {
    const missing = own.filter(({ name }) => !known.has(name))
    const replaced = others(own, known).filter(mayGo)
    for (const { name, print } of missing) await addFingerprint(database, name, print)
    for (const { name, print } of replaced)
      await replaceFingerprint(database, name, { from: known.get(name) ?? '', to: print })
    return { isChanged: missing.length + replaced.length > 0, replaced: replaced.map(({ name }) => name) }
  }
  /** Before its table is there, nothing is known; a database that does not answer says so elsewhere. */
  const knownIfAny = (): Promise<Known> => readFingerprints(database).catch(() => new Map())
  return {
    wrong: async () => faults(await ownKeys(), await knownIfAny()),
    refuse: async () => refuse(await ownKeys(), await knownIfAny()),
    adopt: async () => (await makeKnown(await ownKeys(), await readFingerprints(database), () => true)).replaced,
    async require() {
      const [own, known] = [await ownKeys(), await readFingerprints(database)]
      refuse(own, known)
      const { isChanged } = await makeKnown(own, known, (key) => isRotated(key, known))
      // Another process may have been first.
      if (isChanged) refuse(own, await readFingerprints(database))
    },
  }
}

function others(own: readonly OwnKey[], known: Known): readonly OwnKey[] {
  return own.filter(({ name, print }) => known.has(name) && known.get(name) !== print)
}

/** The database knows the one that this process had before. */
function isRotated({ name, isFormer }: OwnKey, known: Known): boolean {
  return isFormer(known.get(name) ?? '')
}

/** Tells secrets apart. What a person has made up could be guessed from it: then guessing is slow. */
function fingerprintOf(secret: string): string {
  const bytes = KEY.test(secret) ? deriveSecret(secret, 'fingerprint') : scryptSync(secret, 'regie:fingerprint', 32)
  return bytes.toString('hex').slice(0, 32)
}
