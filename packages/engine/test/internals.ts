/** What the proofs use behind the public API. It stands here because from their folders it would be two folders up. */

export { createNesting } from '../src/store/nesting.ts'
export type { Checkpoints } from '../src/store/sqlite/checkpointer.ts'
export type { SqlitePorts } from '../src/store/sqlite/open.ts'
export { Statements } from '../src/store/sqlite/statements.ts'
export { syncFile, WalSync } from '../src/store/sqlite/wal-sync.ts'
export { SqliteWriter } from '../src/store/sqlite/writer.ts'
