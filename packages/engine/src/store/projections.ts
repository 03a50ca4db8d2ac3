import type { StoredError } from '../job/run.ts'
import { BEGINNING, type Cursor } from './events.ts'
import type { GenerationTable, ProjectionTable } from './schema.ts'
import { type Db, isPostgres, type Tx } from './tables.ts'

/** What readers of a projection see, and what appends have to keep up to date. */
export interface ServingRow {
  readonly name: string
  readonly mode: 'inline' | 'async'
  readonly events: readonly string[]
  /** The generation readers see complete; null while the first one is built. */
  readonly serving: number | null
  readonly version: number | null
}

/** One generation of a projection's tables, and how far it is. */
export interface GenerationRow {
  readonly projection: string
  readonly generation: number
  readonly version: number
  readonly tables: readonly string[]
  /** Everything up to here is applied. */
  readonly cursor: Cursor
  readonly owner: number | null
  readonly tries: number
  readonly error?: StoredError
  readonly failedAt?: number
  readonly retryAt?: number
  readonly stoppedAt?: number
  readonly createdAt: number
  readonly movedAt: number
}

/** Everything stored about projections. */
export interface ProjectionRows {
  readonly projections: readonly ServingRow[]
  readonly generations: readonly GenerationRow[]
  /** Inline projections of which somebody appended events without applying them. */
  readonly stale: ReadonlySet<string>
  /** Workers that live. */
  readonly workers: ReadonlySet<number>
}

/** All projections, of this code and of other. */
export async function readProjections(db: Db): Promise<ProjectionRows> {
  const projections = await db.selectFrom('engine_projection').selectAll().orderBy('name').execute()
  const generations = await db
    .selectFrom('engine_projection_generation')
    .selectAll()
    .orderBy('projection')
    .orderBy('generation')
    .execute()
  const stale = await db.selectFrom('engine_projection_stale').select('projection').execute()
  const workers = await db.selectFrom('engine_worker').select('epoch').execute()
  return {
    projections: projections.map(toServing),
    generations: generations.map(toGeneration),
    stale: new Set(stale.map(({ projection }) => projection)),
    workers: new Set(workers.map(({ epoch }) => epoch)),
  }
}

/** The inline projections that an append has to apply, or to report as stale. */
export async function readInline(tx: Tx): Promise<readonly ServingRow[]> {
  const rows = await tx
    .selectFrom('engine_projection')
    .selectAll()
    .where('mode', '=', 'inline')
    .where('serving', 'is not', null)
    .orderBy('name')
    .execute()
  return rows.map(toServing)
}

/** Remembers that these projections miss events which this code could not apply: they are built anew. */
export async function markStale(tx: Tx, projections: readonly string[], now: number): Promise<void> {
  await tx
    .insertInto('engine_projection_stale')
    .values(projections.map((projection) => ({ projection, at: now })))
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

/** Everything visible here has been applied: nothing of it is missing any more. */
export async function clearStale(tx: Tx, projection: string): Promise<void> {
  await tx.deleteFrom('engine_projection_stale').where('projection', '=', projection).execute()
}

/** Makes the projection's row when there is none, and keeps it for this transaction alone. */
export async function lockProjection(
  tx: Tx,
  {
    name,
    mode,
    events,
  }: { readonly name: string; readonly mode: 'inline' | 'async'; readonly events: readonly string[] },
): Promise<ServingRow & { readonly next: number }> {
  await tx
    .insertInto('engine_projection')
    .values({ name, mode, events: JSON.stringify(events), serving: null, version: null, next: 1 })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
  const row = await tx
    .selectFrom('engine_projection')
    .selectAll()
    .where('name', '=', name)
    .$if(isPostgres(tx), (query) => query.forUpdate())
    .executeTakeFirstOrThrow()
  return { ...toServing(row), next: row.next }
}

/** The generations of one projection, kept for this transaction alone. */
export async function lockGenerations(tx: Tx, projection: string): Promise<readonly GenerationRow[]> {
  const rows = await tx
    .selectFrom('engine_projection_generation')
    .selectAll()
    .where('projection', '=', projection)
    .orderBy('generation')
    .$if(isPostgres(tx), (query) => query.forUpdate())
    .execute()
  return rows.map(toGeneration)
}

/** Begins a generation at the first event. */
export async function addGeneration(
  tx: Tx,
  row: Pick<GenerationRow, 'projection' | 'generation' | 'version' | 'tables'>,
  now: number,
): Promise<void> {
  const { projection, generation, version, tables } = row
  const none = { owner: null, error: null, failed_at: null, retry_at: null, stopped_at: null }
  await tx
    .insertInto('engine_projection_generation')
    .values({
      projection,
      generation,
      version,
      tables: JSON.stringify(tables),
      ...BEGINNING,
      tries: 0,
      created_at: now,
      moved_at: now,
      ...none,
    })
    .execute()
  await tx
    .updateTable('engine_projection')
    .set({ next: generation + 1 })
    .where('name', '=', projection)
    .execute()
}

/** Forgets generations whose tables are gone. */
export async function removeGenerations(tx: Tx, projection: string, generations: readonly number[]): Promise<void> {
  await tx
    .deleteFrom('engine_projection_generation')
    .where('projection', '=', projection)
    .where('generation', 'in', generations)
    .execute()
}

/** From now on readers see this generation complete; undefined: none. */
export async function setServing(
  tx: Tx,
  name: string,
  serving: Pick<GenerationRow, 'generation' | 'version'> | undefined,
  { mode, events }: Pick<ServingRow, 'mode' | 'events'>,
): Promise<void> {
  await tx
    .updateTable('engine_projection')
    .set({
      serving: serving?.generation ?? null,
      version: serving?.version ?? null,
      mode,
      events: JSON.stringify(events),
    })
    .where('name', '=', name)
    .execute()
}

/** Takes a generation that no living worker drives. False when somebody does. */
export async function claimGeneration(
  db: Db,
  { projection, generation }: Pick<GenerationRow, 'projection' | 'generation'>,
  epoch: number,
): Promise<boolean> {
  const row = await db
    .updateTable('engine_projection_generation')
    .set({ owner: epoch })
    .where('projection', '=', projection)
    .where('generation', '=', generation)
    .where(({ eb, or, selectFrom }) =>
      or([eb('owner', 'is', null), eb('owner', 'not in', selectFrom('engine_worker').select('epoch'))]),
    )
    .returning('generation')
    .executeTakeFirst()
  return row !== undefined
}

/** Lets others drive what this worker drove. */
export async function releaseGenerations(db: Db, epoch: number): Promise<void> {
  await db.updateTable('engine_projection_generation').set({ owner: null }).where('owner', '=', epoch).execute()
}

/** The generation, as long as this worker drives it; nobody else can move it before the transaction ends. */
export async function lockOwned(
  tx: Tx,
  { projection, generation }: Pick<GenerationRow, 'projection' | 'generation'>,
  epoch: number,
): Promise<GenerationRow | undefined> {
  const row = await tx
    .selectFrom('engine_projection_generation')
    .selectAll()
    .where('projection', '=', projection)
    .where('generation', '=', generation)
    .where('owner', '=', epoch)
    .$if(isPostgres(tx), (query) => query.forUpdate())
    .executeTakeFirst()
  return row === undefined ? undefined : toGeneration(row)
}

/** Everything up to the cursor has been applied, in this transaction. */
export async function moveGeneration(
  tx: Tx,
  { projection, generation }: Pick<GenerationRow, 'projection' | 'generation'>,
  { tx: transaction, position }: Cursor,
  now: number,
): Promise<void> {
  await tx
    .updateTable('engine_projection_generation')
    .set({
      tx: transaction,
      position,
      tries: 0,
      error: null,
      failed_at: null,
      retry_at: null,
      stopped_at: null,
      moved_at: now,
    })
    .where('projection', '=', projection)
    .where('generation', '=', generation)
    .execute()
}

/** What is known of a generation that could not be moved. */
export interface Failure {
  readonly tries: number
  readonly error: StoredError
  /** The position of the event that was not applied. */
  readonly position: number
  readonly retryAt?: number
  /** Nobody tries again before an operator says so. */
  readonly stoppedAt?: number
}

/** Writes a failure down; only as its driver. */
export async function failGeneration(
  db: Db,
  { projection, generation }: Pick<GenerationRow, 'projection' | 'generation'>,
  epoch: number,
  { tries, error, position, retryAt, stoppedAt }: Failure,
): Promise<void> {
  await db
    .updateTable('engine_projection_generation')
    .set({
      tries,
      error: JSON.stringify(error),
      failed_at: position,
      retry_at: retryAt ?? null,
      stopped_at: stoppedAt ?? null,
    })
    .where('projection', '=', projection)
    .where('generation', '=', generation)
    .where('owner', '=', epoch)
    .execute()
}

/** Lets all generations of a projection be tried again at once, by whoever takes them first. Answers how many there are. */
export async function resumeGenerations(db: Db, projection: string): Promise<number> {
  const rows = await db
    .updateTable('engine_projection_generation')
    .set({ owner: null, tries: 0, error: null, failed_at: null, retry_at: null, stopped_at: null })
    .where('projection', '=', projection)
    .returning('generation')
    .execute()
  return rows.length
}

function toServing({ name, mode, events, serving, version }: Omit<ProjectionTable, 'next'>): ServingRow {
  return { name, mode, events: JSON.parse(events), serving, version }
}

function toGeneration(row: GenerationTable): GenerationRow {
  const { projection, generation, version, tx, position, owner, tries } = row
  return {
    projection,
    generation,
    version,
    tables: JSON.parse(row.tables),
    cursor: { tx, position },
    owner,
    tries,
    createdAt: row.created_at,
    movedAt: row.moved_at,
    ...(row.error === null ? {} : { error: JSON.parse(row.error) }),
    ...(row.failed_at === null ? {} : { failedAt: row.failed_at }),
    ...(row.retry_at === null ? {} : { retryAt: row.retry_at }),
    ...(row.stopped_at === null ? {} : { stoppedAt: row.stopped_at }),
  }
}

/** The place before which everything has been seen by every asynchronous projection; undefined when there is none. */
export async function readSlowest(db: Db): Promise<Cursor | undefined> {
  const row = await db
    .selectFrom('engine_projection_generation as g')
    .innerJoin('engine_projection as p', 'p.name', 'g.projection')
    .select(['g.tx', 'g.position'])
    .where(({ eb, or }) =>
      or([eb('p.mode', '=', 'async'), eb('p.serving', 'is', null), eb('p.serving', '!=', eb.ref('g.generation'))]),
    )
    .orderBy('g.tx')
    .orderBy('g.position')
    .limit(1)
    .executeTakeFirst()
  return row
}
