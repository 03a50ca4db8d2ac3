import { sql } from 'kysely'
import { EngineError } from './base.ts'
import type { Address } from './signals.ts'
import { RECORDABLE, STEP_COLUMNS, STEP_UPDATES } from './step-columns.ts'
import type { StepRow } from './steps.ts'
import { chunks, isPostgres, type Tx } from './tables.ts'

/**
 * Records steps within a transaction that also does what they stand for. Throws `STEP_CONFLICT` when one was closed
 * meanwhile: then nothing of the transaction may remain.
 */
export async function recordSteps(tx: Tx, steps: readonly StepRow[]): Promise<void> {
  for (const slice of chunks(steps)) {
    const values = slice.map(
      (step) =>
        sql`(${sql.join([
          step.run,
          step.name,
          step.seq,
          step.kind,
          step.state,
          step.alone ? 1 : 0,
          step.attempt,
          step.due,
          step.child,
          step.startedAt,
          step.endedAt,
          step.result,
          step.error,
        ])})`,
    )
    const { rows } = await sql<{ name: string }>`
      insert into engine_step (${sql.raw(STEP_COLUMNS.join(', '))}) values ${sql.join(values)}
      on conflict (run, name) do update set ${sql.raw(STEP_UPDATES)} where ${sql.raw(RECORDABLE)}
      returning name`.execute(tx)
    if (rows.length === slice.length) continue
    throw new EngineError('STEP_CONFLICT', `steps of run ${slice[0]?.run} were recorded elsewhere meanwhile`)
  }
}

/** A step that begins to wait at an address. */
export interface Waiting {
  readonly address: Address
  readonly run: number
  readonly step: string
}

/**
 * Lets steps wait for signals; answers what had been sent before, by the waiting's place in the list. Their addresses are
 * locked, and none occurs twice.
 */
export async function waitAt(tx: Tx, waitings: readonly Waiting[]): Promise<ReadonlyMap<number, string>> {
  const list = JSON.stringify(waitings.map(({ address: { org, name, key } }) => [org, name, key]))
  const source = isPostgres(tx)
    ? sql`select w ->> 0 as org, w ->> 1 as name, w ->> 2 as key from jsonb_array_elements(${list}::jsonb) as w`
    : sql`select json_extract(value, '$[0]') as org, json_extract(value, '$[1]') as name, json_extract(value, '$[2]') as key
        from json_each(${list})`
  const kept = await sql<{ id: number; org: string; name: string; key: string; payload: string }>`
    delete from engine_signal where id in (
      select min(s.id) from (${source}) as a
      join engine_signal s on s.org = a.org and s.name = a.name and s.key = a.key group by a.org, a.name, a.key
    ) returning id, org, name, key, payload`.execute(tx)
  const sent = new Map(kept.rows.map(({ org, name, key, payload }) => [wordOf({ org, name, key }), payload]))
  const came = new Map<number, string>()
  const rows = waitings.flatMap(({ address, run, step }, index) => {
    const payload = sent.get(wordOf(address))
    if (payload === undefined) return [{ ...address, run, step }]
    came.set(index, payload)
    return []
  })
  for (const slice of chunks(rows))
    await tx
      .insertInto('engine_wait')
      .values(slice)
      .onConflict((conflict) => conflict.doNothing())
      .execute()
  return came
}

/** An address as one word. */
export function wordOf({ org, name, key }: Address): string {
  return `${org}\u001f${name}\u001f${key}`
}
