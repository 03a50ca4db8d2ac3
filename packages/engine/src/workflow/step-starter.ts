import { AsyncLocalStorage } from 'node:async_hooks'
import { type EnqueueGround, storePrepared } from '../job/enqueue.ts'
import type { PreparedRun } from '../job/prepare.ts'
import { createBatch, writeCallback } from '../store/beside.ts'
import type { Database } from '../store/database.ts'
import { connectionOf } from '../store/open.ts'
import type { EngineTables } from '../store/schema.ts'
import { fence } from '../store/settle.ts'
import { type Address, dropWait, lockAddresses } from '../store/signals.ts'
import { recordSteps, waitAt, wordOf } from '../store/step-starts.ts'
import type { StepRow } from '../store/steps.ts'
import type { Tx } from '../store/tables.ts'
import { wakeWorkflows } from '../store/workflows.ts'
import { handOver } from './signalling.ts'

/** What begins, or happens, together with the record of its step. */
export type Start =
  | { readonly kind: 'call'; readonly row: StepRow; readonly prepared: PreparedRun }
  | {
      readonly kind: 'many'
      readonly row: StepRow
      readonly org: string
      readonly prepare: (batchId: number) => readonly PreparedRun[]
    }
  | { readonly kind: 'wait'; readonly row: StepRow; readonly address: Address }
  | { readonly kind: 'signal'; readonly row: StepRow; readonly address: Address; readonly payload: string }
  /** Waits no longer; the row says what that means, unless the signal has come at the last moment. */
  | { readonly kind: 'giveUp'; readonly row: StepRow; readonly address: Address }

interface Waiting {
  readonly epoch: number
  readonly start: Start
  readonly resolve: (row: StepRow | undefined) => void
  readonly reject: (error: unknown) => void
}

/** What starting steps needs of the engine. */
export interface StartGround {
  readonly database: Database
  readonly enqueuing: EnqueueGround
  /** Told once a commit may have let workflows go on. */
  readonly released: () => void
}

const MOST = 200

/** Starts the children, waits and signals of all workflows of a process; those of the same moment share a transaction. */
export class StepStarter {
  readonly #ground: StartGround
  // Whoever comes first starts a transaction for all: it must not be taken for part of what that one is in.
  readonly #outside = AsyncLocalStorage.snapshot()
  #waiting: Waiting[] = []
  #running = false

  constructor(ground: StartGround) {
    this.#ground = ground
  }

  /**
   * Resolves with the step as it is recorded now, once that is durable; with `undefined` when a signal came just before its
   * waiting was given up. Throws as the recording of a step does, and as enqueueing does.
   */
  start(epoch: number, start: Start): Promise<StepRow | undefined> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ epoch, start, resolve, reject })
      if (this.#running) return
      this.#running = true
      setImmediate(() => void this.#outside(() => this.#drain()))
    })
  }

  async #drain(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#take()
      await this.#write(batch)
    }
    this.#running = false
  }

  async #write(batch: readonly Waiting[]): Promise<void> {
    try {
      const rows = await this.#begin(batch)
      for (const { start, resolve } of batch) resolve(rows.get(start))
    } catch (error) {
      // One that cannot begin must not keep the others from it.
      if (batch.length > 1) for (const waiting of batch) await this.#write([waiting])
      else for (const { reject } of batch) reject(error)
    }
  }

  /** Starts of one worker; no two that wait at one address. */
  #take(): readonly Waiting[] {
    const epoch = this.#waiting[0]?.epoch
    const addresses = new Set<string>()
    const batch: Waiting[] = []
    const rest: Waiting[] = []
    for (const waiting of this.#waiting) {
      const address = waiting.start.kind === 'wait' ? wordOf(waiting.start.address) : undefined
      const fits = batch.length < MOST && waiting.epoch === epoch && !addresses.has(address ?? '')
      if (fits && address !== undefined) addresses.add(address)
      ;(fits ? batch : rest).push(waiting)
    }
    this.#waiting = rest
    return batch
  }

  #begin(batch: readonly Waiting[]): Promise<ReadonlyMap<Start, StepRow>> {
    const { database, released } = this.#ground
    const starts = batch.map(({ start }) => start)
    return database.transaction<ReadonlyMap<Start, StepRow>, EngineTables>(async (tx) => {
      await fence(tx, batch[0]?.epoch ?? 0)
      await lockAddresses(
        tx,
        starts.flatMap((start) => ('address' in start ? [start.address] : [])),
      )
      const signals = starts.filter((start) => start.kind === 'signal')
      // Before anybody begins to wait: a signal is handed over only to steps that are recorded, and kept for others.
      const woken = await handOver(
        tx,
        signals.map(({ address, payload, row }) => ({ address, payload, at: row.startedAt })),
      )
      const rows = new Map<Start, StepRow>([
        ...(await this.#call(tx, starts)),
        ...(await this.#callMany(tx, starts)),
        ...signals.map((start) => [start, start.row] as const),
        ...(await wait(tx, starts)),
        ...(await giveUp(tx, starts)),
      ])
      await recordSteps(tx, [...rows.values()])
      await wakeWorkflows(tx, woken)
      if (starts.some(({ kind }) => kind === 'signal')) (await connectionOf(tx)).afterCommit(released)
      return rows
    })
  }

  async #call(tx: Tx, starts: readonly Start[]): Promise<readonly (readonly [Start, StepRow])[]> {
    const calls = starts.filter((start) => start.kind === 'call')
    if (calls.length === 0) return []
    const { enqueuing } = this.#ground
    const placed = await enqueuing.shares.assign(
      calls.map(({ prepared }) => prepared),
      tx,
    )
    const runs = await storePrepared(enqueuing, placed, tx)
    return calls.map((call, index) => [call, { ...call.row, child: runs[index]?.id ?? null }] as const)
  }

  async #callMany(tx: Tx, starts: readonly Start[]): Promise<readonly (readonly [Start, StepRow])[]> {
    const { enqueuing } = this.#ground
    const begun: (readonly [Start, StepRow])[] = []
    for (const start of starts) {
      if (start.kind !== 'many') continue
      const { row, org, prepare } = start
      const batchId = await createBatch(tx, prepare(0).length, org, row.startedAt)
      await writeCallback(tx, batchId, { waiter: { run: row.run, step: row.name } })
      const runs = await storePrepared(enqueuing, await enqueuing.shares.assign(prepare(batchId), tx), tx)
      begun.push([start, { ...row, child: batchId, result: JSON.stringify(runs.map(({ id }) => id)) }])
    }
    return begun
  }
}

async function wait(tx: Tx, starts: readonly Start[]): Promise<readonly (readonly [Start, StepRow])[]> {
  const waits = starts.filter((start) => start.kind === 'wait')
  if (waits.length === 0) return []
  const came = await waitAt(
    tx,
    waits.map(({ address, row }) => ({ address, run: row.run, step: row.name })),
  )
  return waits.map((start, index) => {
    const result = came.get(index)
    const { row } = start
    return [start, result === undefined ? row : { ...row, state: 'done', result, endedAt: row.startedAt }] as const
  })
}

async function giveUp(tx: Tx, starts: readonly Start[]): Promise<readonly (readonly [Start, StepRow])[]> {
  const gone: (readonly [Start, StepRow])[] = []
  for (const start of starts)
    if (start.kind === 'giveUp' && (await dropWait(tx, start.row.run, start.row.name))) gone.push([start, start.row])
  return gone
}
