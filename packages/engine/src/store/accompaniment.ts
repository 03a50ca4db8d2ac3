import { AsyncLocalStorage } from 'node:async_hooks'
import type { SqlConnection } from './database.ts'
import type { Nesting } from './nesting.ts'

/** Writes what belongs to a change on the connection that is about to commit it, and nowhere else. */
export type CommitHook = (connection: SqlConnection) => Promise<void>

/** Lets somebody outside write along with a change, whoever makes it: see `Database.accompany`. */
export interface Accompaniment {
  /** Runs `work`, whose first commit the hook goes with. */
  run<T>(work: () => Promise<T>, hook: CommitHook): Promise<T>
  /** True when what the calling code commits next is to be accompanied. */
  waiting(): boolean
  /** Resolves when no other commit of the same work is being accompanied: none may overtake it. */
  settled(): Promise<void>
  /** Runs the hook, then `commit`. When either fails, the hook waits for the next commit. */
  commit(connection: SqlConnection, commit: () => Promise<void>): Promise<void>
}

/** What the calls of one database know of each other. */
export interface Ambient {
  readonly nesting: Nesting
  readonly accompaniment: Accompaniment
}

interface Companion {
  readonly hook: CommitHook
  state: 'waiting' | 'written' | 'over'
  writing: Promise<void> | undefined
}

/** One for each open database. */
export function createAccompaniment(nesting: Nesting): Accompaniment {
  // Ambient, because those who commit (an operation of the engine, a library over Kysely) do not know of the hook, and
  // their callers do not know of the transaction. See docs/decisions/0010-audit.md.
  const companions = new AsyncLocalStorage<Companion>()
  return {
    async run(work, hook) {
      nesting.forbid()
      const companion: Companion = { hook, state: 'waiting', writing: undefined }
      try {
        return await companions.run(companion, work)
      } finally {
        // What `work` left behind (a timer, a stream) goes on in its context; its commits are not those of `work`.
        companion.state = 'over'
      }
    },
    waiting: () => companions.getStore()?.state === 'waiting',
    async settled() {
      await companions.getStore()?.writing?.catch(() => {})
    },
    async commit(connection, commit) {
      const companion = companions.getStore()
      if (companion?.state !== 'waiting') return commit()
      companion.state = 'written'
      companion.writing = nesting.enter(() => companion.hook(connection)).then(commit)
      try {
        await companion.writing
      } catch (error) {
        if (companion.state === 'written') companion.state = 'waiting'
        throw error
      } finally {
        companion.writing = undefined
      }
    },
  }
}
