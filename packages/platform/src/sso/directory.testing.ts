import type { Clock, Database } from '@regie/engine'
import { newId } from '../id.ts'
import type { Directory } from './directory.ts'
import { createDirectory } from './store/people.ts'

/** The people of the organisation `main`. */
export function directoryOf(database: Database, { now }: Pick<Clock, 'now'>): Directory {
  return createDirectory(database, { org: 'main', now, newId: () => newId(now()), proven: async () => {} })
}
