import assert from 'node:assert/strict'
import { type Engine, type RunDetail, type Workflow, workflow } from '@regie/engine'
import { z } from 'zod'
import { fakeClock } from '../fake-clock.ts'
import { countRows, engineTables } from '../store.ts'
import { until } from '../until.ts'
import { door, type Lab, type LabEngineOptions, reached } from './lab.ts'

/** Code of a workflow without input. */
type Code = Parameters<typeof workflow<z.ZodObject, unknown>>[0]['run']

/** A workflow without input. */
export function flow(
  name: string,
  run: Code,
  options: Partial<Omit<Parameters<typeof workflow<z.ZodObject, unknown>>[0], 'name' | 'run' | 'input'>> = {},
): Workflow<Record<string, never>, unknown> {
  return workflow({ name, input: z.object({}), run, ...options })
}

/** Why a run failed: the code of its error, and what stands behind it. */
export function reason({ error }: RunDetail): string {
  return `${error?.code}: ${error?.message}`
}

/** Waits for a workflow to wait, then moves the clock on. */
export async function later({ clock }: Pick<Lab, 'clock'>, engine: Engine, id: number, ms: number): Promise<void> {
  await reached(engine, id, 'waiting')
  await clock.advance(ms)
}

/** The recorded steps of a run in order: name, and state. */
export async function stepsOf(engine: Engine, run: number): Promise<readonly string[]> {
  const rows = await engineTables(engine)
    .selectFrom('engine_step')
    .select(['name', 'state'])
    .where('run', '=', run)
    .orderBy('seq')
    .execute()
  return rows.map(({ name, state }) => `${name} ${state}`)
}

/**
 * Enqueues a workflow in a process that dies where the code calls `here` for the `nth` time, and lets another take over.
 * `main` is given what to call, and answers what both processes know; `haunt` lets the dead one go on, as a zombie.
 */
export async function dieAt(
  lab: Lab,
  main: (here: () => Promise<void>) => LabEngineOptions & { readonly first: Workflow<Record<string, never>, unknown> },
  nth = 1,
): Promise<{ readonly id: number; readonly rescuer: Engine; readonly haunt: () => void }> {
  const [gate, entered] = [door(), door()]
  let calls = 0
  const here = async (): Promise<void> => {
    if (++calls !== nth) return
    entered.open()
    await gate.opened
  }
  const { first, ...options } = main(here)
  const dead = await lab.start({ ...options, clock: fakeClock(lab.clock.now()) })
  const { id } = await dead.enqueue(first, {})
  await entered.opened
  lab.atEnd(gate.open)
  const rescuer = await lab.start(options)
  await lab.clock.advance(10_000)
  return { id, rescuer, haunt: () => gate.open() }
}

/** Nothing of workflows that have ended is left where the living are. */
export async function nothingLeft(engine: Engine): Promise<void> {
  for (const table of ['engine_ready', 'engine_timer', 'engine_blocked', 'engine_hold'] as const)
    assert.equal(await countRows(engine, table), 0, table)
  assert.equal(await countRows(engine, 'engine_wait'), 0, 'engine_wait')
  const waiting = await engineTables(engine)
    .selectFrom('engine_workflow')
    .select('run')
    .where('waiting', '=', 1)
    .execute()
  assert.deepEqual(waiting, [])
}

/** Waits until a workflow says this of itself. */
export function said(engine: Engine, id: number, state: unknown): Promise<true> {
  return until(`run ${id} says ${JSON.stringify(state)}`, async () => {
    const row = await engineTables(engine)
      .selectFrom('engine_workflow')
      .select('state')
      .where('run', '=', id)
      .executeTakeFirst()
    return row?.state === JSON.stringify(state)
  })
}
