import { EngineError } from '../errors.ts'
import type { RecordedEvent } from '../event/event.ts'
import { BEGINNING } from '../store/events.ts'
import { generationPlugin, physicalName } from '../store/projection-names.ts'
import { createTables, dropTables, missingTables, showGeneration } from '../store/projection-tables.ts'
import { addGeneration, type GenerationRow, removeGenerations, type ServingRow } from '../store/projections.ts'
import type { Tx } from '../store/tables.ts'
import type { ProjectionPlan } from './plan.ts'
import type { ProjectionTransaction } from './projection.ts'

/** Begins to build a generation of a projection's tables. Throws `PROJECTION_INVALID` when `create` does not make them. */
export async function beginGeneration(
  tx: Tx,
  plan: ProjectionPlan,
  anchor: ServingRow & { readonly next: number },
  present: readonly GenerationRow[],
  now: number,
): Promise<GenerationRow> {
  const abandoned = present.filter(({ generation }) => generation !== anchor.serving)
  await dropGenerations(tx, abandoned)
  const generation = anchor.next
  const { name, version, tables } = plan
  await makeTables(tx, plan, generation)
  await addGeneration(tx, { projection: name, generation, version, tables }, now)
  // Until there is a complete one, readers see what is being built instead of an error.
  if (anchor.serving === null)
    await showGeneration(
      tx,
      abandoned.flatMap((each) => each.tables),
      tables,
      generation,
    )
  return {
    projection: name,
    generation,
    version,
    tables,
    cursor: BEGINNING,
    owner: null,
    tries: 0,
    createdAt: now,
    movedAt: now,
  }
}

/** Drops generations with their tables. */
export async function dropGenerations(tx: Tx, generations: readonly GenerationRow[]): Promise<void> {
  const [first] = generations
  if (first === undefined) return
  for (const { tables, generation } of generations) await dropTables(tx, tables, generation)
  await removeGenerations(
    tx,
    first.projection,
    generations.map(({ generation }) => generation),
  )
}

/** Applies events to the tables of one generation, which the projection knows by their plain names. */
export async function applyEvents(
  tx: Tx,
  { projection }: ProjectionPlan,
  { tables, generation }: Pick<GenerationRow, 'tables' | 'generation'>,
  events: readonly RecordedEvent[],
): Promise<void> {
  if (events.length === 0) return
  const own: ProjectionTransaction = {
    db: tx.withPlugin(generationPlugin(tables, generation)) as unknown as ProjectionTransaction['db'],
    table: (name) => (tables.includes(name) ? physicalName(name, generation) : name),
  }
  // Its tables are in the same database as the engine's, and it is given no other types than it asked for.
  await projection.apply(own as never, events as never)
}

async function makeTables(tx: Tx, plan: ProjectionPlan, generation: number): Promise<void> {
  const { name, tables, projection } = plan
  // An engine whose own tables were taken back and made again counts generations from 1 again.
  await dropTables(tx, tables, generation)
  try {
    await createTables(tx, { tables, create: projection.create }, generation)
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new EngineError('PROJECTION_INVALID', `the projection ${name} could not make its tables: ${why}`, { cause })
  }
  const missing = await missingTables(
    tx,
    tables.map((table) => physicalName(table, generation)),
  )
  if (missing.length === 0) return
  const names = tables.filter((table) => missing.includes(physicalName(table, generation)))
  throw new EngineError(
    'PROJECTION_INVALID',
    `the projection ${name} names the table ${names.join(', ')}, which its \`create\` does not make: make it there under this name`,
  )
}
