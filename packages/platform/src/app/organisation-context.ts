import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import {
  type Append,
  type BatchEnqueued,
  type Engine,
  type EngineTransaction,
  type Enqueue,
  type EnqueueArguments,
  type Enqueued,
  preparedCall,
} from '@regie/engine'
import type { AuditDetail } from '../audit/entry.ts'
import type { Bound } from '../bound/bound-db.ts'
import { PlatformError } from '../errors.ts'
import type { AppTransaction } from './context.ts'
import { type Publish, type Publishers, publishIn } from './publish.ts'
import { auditWriter } from './services.ts'

const FOLDER_NAME = /^[a-z0-9][a-z0-9_-]{0,63}$/

/** The same words, with an organisation, and those they are started for, for every run that names none. */
export function enqueueFor(org: string, to: () => Enqueue, startedBy: readonly string[] = []): Enqueue {
  const own = { org, ...(startedBy.length > 0 && { startedBy }) }
  return {
    enqueue: (...given: EnqueueArguments): Promise<Enqueued> => {
      const { call, options } = preparedCall(given)
      return to().enqueue(call, { ...own, ...options })
    },
    enqueueMany: (job, inputs, options) => to().enqueueMany(job, inputs, { ...own, ...options }),
    enqueueBatch: (calls, options): Promise<BatchEnqueued> => to().enqueueBatch(calls, { ...own, ...options }),
  }
}

/** The same words, with an organisation for every stream that names none. */
export function appendFor(org: string, to: () => Append): Append {
  return {
    append: (stream, expected, events, options) => to().append(stream, expected, events, { org, ...options }),
    decide: (decider, stream, command, options) => to().decide(decider, stream, command, { org, ...options }),
  }
}

/** What a transaction of an app is made of, besides the engine's. */
interface TransactionParts {
  readonly bound: Bound
  readonly publishers: Publishers
  readonly startedBy: readonly string[] | undefined
  audit(tx: ReturnType<typeof auditWriter>, detail: AuditDetail): Promise<void>
  forget(tx: ReturnType<typeof auditWriter>, ids: readonly string[]): Promise<void>
}

/** Opens a transaction whose rows, runs, streams and signals belong to an organisation. */
export function transactionFor(
  org: string,
  engine: () => Engine,
  { bound, publishers, startedBy, audit, forget }: TransactionParts,
) {
  return <T, DB>(
    work: (tx: EngineTransaction<DB> & Publish & Pick<AppTransaction<never>, 'audit' | 'forget'>) => Promise<T>,
  ): Promise<T> =>
    engine().transaction<T, DB>((tx) =>
      work({
        ...enqueueFor(org, () => tx, startedBy),
        ...appendFor(org, () => tx),
        signal: (signal, payload, to, options) => tx.signal(signal, payload, to, { org, ...options }),
        db: bound.transaction(tx.db),
        ...publishIn(publishers, org, tx),
        afterCommit: (callback) => tx.afterCommit(callback),
        audit: (detail) => audit(auditWriter(tx), detail),
        forget: (ids) => forget(auditWriter(tx), ids),
      }),
    )
}

/** A folder of an app under the data directory, made when missing. Throws `FOLDER_INVALID` unless the name is one plain word. */
export async function appFolder(dataDir: string, app: string, name: string): Promise<string> {
  if (!FOLDER_NAME.test(name)) {
    throw new PlatformError(
      'FOLDER_INVALID',
      `${JSON.stringify(name)} is no folder name: use lower-case letters, digits, - and _`,
    )
  }
  const path = join(dataDir, 'apps', app, name)
  await mkdir(path, { recursive: true, mode: 0o750 })
  return path
}
