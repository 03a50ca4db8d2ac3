import { sql } from 'kysely'
import type { Db } from './tables.ts'

/** Whose state is kept. */
export interface SnapshotKey {
  readonly org: string
  readonly stream: string
  readonly decider: string
}

/** A state as JSON text, and the stream's version it stands for. */
export interface Snapshot {
  readonly version: number
  readonly state: string
}

/** The kept state, when its shape has this version. */
export async function readSnapshot(
  db: Db,
  { org, stream, decider }: SnapshotKey,
  stateVersion: number,
): Promise<Snapshot | undefined> {
  return db
    .selectFrom('engine_snapshot')
    .select(['version', 'state'])
    .where('org', '=', org)
    .where('stream', '=', stream)
    .where('decider', '=', decider)
    .where('state_version', '=', stateVersion)
    .executeTakeFirst()
}

/** Keeps a state in the place of an older one; one that is newer already, or of newer code, stays. */
export async function writeSnapshot(
  db: Db,
  key: SnapshotKey,
  stateVersion: number,
  { version, state }: Snapshot,
): Promise<void> {
  await db
    .insertInto('engine_snapshot')
    .values({ ...key, state_version: stateVersion, version, state })
    .onConflict((conflict) =>
      conflict
        .columns(['org', 'stream', 'decider'])
        .doUpdateSet({ state_version: stateVersion, version, state })
        .where(
          sql<boolean>`(engine_snapshot.state_version < excluded.state_version
            or (engine_snapshot.state_version = excluded.state_version and engine_snapshot.version < excluded.version))`,
        ),
    )
    .execute()
}
