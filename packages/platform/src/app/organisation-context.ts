import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { BatchEnqueued, Engine, EngineTransaction, Enqueue, Enqueued } from '@regie/engine'
import { PlatformError } from '../errors.ts'

const FOLDER_NAME = /^[a-z0-9][a-z0-9_-]{0,63}$/

/** The same words, with an organisation for every run that names none. */
export function enqueueFor(org: string, to: () => Enqueue): Enqueue {
  return {
    enqueue: (job, input, options): Promise<Enqueued> => to().enqueue(job, input, { org, ...options }),
    enqueueMany: (job, inputs, options) => to().enqueueMany(job, inputs, { org, ...options }),
    enqueueBatch: (calls, options): Promise<BatchEnqueued> => to().enqueueBatch(calls, { org, ...options }),
  }
}

/** Opens a transaction whose runs belong to an organisation. */
export function transactionFor(org: string, engine: () => Engine) {
  return <T, DB>(work: (tx: EngineTransaction<DB>) => Promise<T>): Promise<T> =>
    engine().transaction<T, DB>((tx) =>
      work({ ...enqueueFor(org, () => tx), db: tx.db, afterCommit: (callback) => tx.afterCommit(callback) }),
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
