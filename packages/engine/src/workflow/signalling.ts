import { EngineError } from '../errors.ts'
import { toIssues } from '../job/prepare.ts'
import type { KnownJob, Registry } from '../job/registry.ts'
import { type Address, closeWait, keepSignal, keyOfRun, lockAddresses, takeWaiter } from '../store/signals.ts'
import type { Tx } from '../store/tables.ts'
import { wakeWorkflows } from '../store/workflows.ts'
import type { SignalAddress } from './context.ts'
import type { AnySignal } from './signal.ts'
import { isWord } from './word.ts'

/** Longest payload of a signal, as JSON text. */
const MAX_SIGNAL_BYTES = 1_048_576

/** The signals of all workflows, by name. Throws `SIGNAL_UNKNOWN` when two share a name. */
export function collectSignals(registry: Registry, own: readonly AnySignal[] = []): ReadonlyMap<string, AnySignal> {
  const signals = new Map<string, AnySignal>(own.map((signal) => [signal.name, signal]))
  for (const { name: workflow, definition } of registry.values()) {
    for (const signal of definition.workflow?.signals ?? []) {
      const known = signals.get(signal.name)
      if (known !== undefined && known.payload !== signal.payload)
        throw new EngineError(
          'JOB_INVALID',
          `the workflow ${workflow} lists a signal ${signal.name} that is not the one of another workflow: rename one`,
        )
      signals.set(signal.name, signal)
    }
  }
  return signals
}

/** The declared signal of a name. Throws `SIGNAL_UNKNOWN`. */
export function knownSignal(signals: ReadonlyMap<string, AnySignal>, name: string): AnySignal {
  const known = signals.get(name)
  if (known !== undefined) return known
  const names = [...signals.keys()].toSorted().join(', ') || 'none'
  throw new EngineError(
    'SIGNAL_UNKNOWN',
    `no workflow lists a signal ${JSON.stringify(name)} in its \`signals\` (known: ${names})`,
  )
}

// A graph waits for whatever signal it names, and anybody may decide its approvals.
const BUILT_IN = 'engine.'

/** The declared signal of a name, for the code of one workflow. Throws `SIGNAL_UNKNOWN` for one that it does not list. */
export function listedSignal(
  signals: ReadonlyMap<string, AnySignal>,
  { name: workflow, definition }: Pick<KnownJob, 'name' | 'definition'>,
  name: string,
): AnySignal {
  const known = knownSignal(signals, name)
  if (workflow.startsWith(BUILT_IN) || name.startsWith(BUILT_IN)) return known
  if (definition.workflow?.signals.some((signal) => signal.name === name) === true) return known
  throw new EngineError(
    'SIGNAL_UNKNOWN',
    `the workflow ${workflow} does not list the signal ${name}: add it to its \`signals\``,
  )
}

/** A payload as JSON text. Throws `PAYLOAD_INVALID` or `PAYLOAD_TOO_LARGE`. */
export function serialiseSignal(signal: AnySignal, payload: unknown): string {
  const text = JSON.stringify(payload) ?? 'null'
  if (Buffer.byteLength(text) > MAX_SIGNAL_BYTES)
    throw new EngineError('PAYLOAD_TOO_LARGE', `the signal ${signal.name} carries more than 1 MiB: pass a reference`)
  const value: unknown = JSON.parse(text)
  const parsed = signal.payload.safeParse(value)
  if (parsed.success || (value === null && signal.payload.safeParse(undefined).success)) return text
  const issues = toIssues(parsed.error)
  const listed = issues.map(({ path, message }) => `${path === '' ? 'payload' : path}: ${message}`).join('; ')
  throw new EngineError('PAYLOAD_INVALID', `the payload of the signal ${signal.name} is not valid: ${listed}`, {
    issues,
    cause: parsed.error,
  })
}

/** What was sent, as the one who waited gets it. */
export function parseSignal(signal: AnySignal, text: string): unknown {
  const value: unknown = JSON.parse(text)
  const parsed = signal.payload.safeParse(value)
  return parsed.success ? parsed.data : signal.payload.parse(value ?? undefined)
}

/** Longest key of a signal. */
const MAX_KEY = 200

/** Where a signal goes. Throws `NAME_INVALID`. */
export function addressOf(org: string, name: string, to: SignalAddress): Address {
  if ('run' in to && 'key' in to && to.key !== undefined)
    throw new EngineError('NAME_INVALID', `the signal ${name} goes to a key or to a run: give one of them, not both`)
  if ('run' in to) return { org, name, key: keyOfRun(to.run) }
  // A key that begins like a run's would reach that run.
  if (isWord(to.key, MAX_KEY)) return { org, name, key: to.key }
  throw new EngineError(
    'NAME_INVALID',
    `${JSON.stringify(String(to.key).slice(0, 80))} is no key of the signal ${name}: it has 1 to ${MAX_KEY} characters, none of them a control character`,
  )
}

/** A signal on its way. */
export interface Delivery {
  readonly address: Address
  readonly payload: string
  readonly at: number
}

/** Delivers a signal to whoever has waited longest, or keeps it. Answers the run it woke, if any. */
export async function deliver(tx: Tx, address: Address, payload: string, now: number): Promise<number | undefined> {
  await lockAddresses(tx, [address])
  const [run] = await handOver(tx, [{ address, payload, at: now }])
  if (run !== undefined) await wakeWorkflows(tx, [run])
  return run
}

/** As {@link deliver}, when the addresses are locked already. Answers the runs that are to be woken. */
export async function handOver(tx: Tx, deliveries: readonly Delivery[]): Promise<readonly number[]> {
  const runs: number[] = []
  for (const { address, payload, at } of deliveries) {
    const waiter = await takeWaiter(tx, address)
    if (waiter === undefined) {
      await keepSignal(tx, address, payload, at)
      continue
    }
    await closeWait(tx, waiter.run, waiter.step, payload, at)
    runs.push(waiter.run)
  }
  return runs
}
