import type { CheckFinding, Engine, Logger } from '@regie/engine'
import type { AlertBook } from './book.ts'
import { wait } from './wait.ts'

/** Looks whether workflows that have begun and wait fit the code that has just been started. */
export interface Misfits {
  /** Leads the code through them once, oldest first, and raises an alert in each organisation where some do not fit. */
  check(): Promise<void>
  /** How many of an organisation still do not; undefined while it is not known. */
  left(org: string): Promise<number | undefined>
  /** Checks soon, in the background, with rests in between. */
  start(): void
  stop(): Promise<void>
}

/** What they are looked up in. */
export interface MisfitSources {
  readonly engine: () => Pick<Engine, 'clock' | 'workflows'>
  readonly alerts: Pick<AlertBook, 'raise'>
  readonly log: Logger
  /** How a person types this program's name here. */
  readonly program: string
  /** Apps that are switched off: that their workflows have no code is meant so. */
  readonly appsOff: readonly string[]
}

/** Those that wait for something: what is at work now shows by itself whether it can go on. They have an index of their own. */
export const BEGUN = { state: ['waiting'] } as const

const BATCH = 100
// Some 0.2 ms each: half a minute of work, in ten minutes.
const MOST = 100_000
const FIRST_MS = 2_000
// Of a process that has just begun, and has better things to do, it gets a twentieth at most.
const REST_FACTOR = 20
// How many are looked at again, until they fit or have ended.
const KEPT = 1_000
const AGAIN_MS = 60_000

/** In this process; each process that keeps schedules has its own. */
export function createMisfits({ engine, alerts, log, program, appsOff }: MisfitSources): Misfits {
  let found: readonly CheckFinding[] | undefined
  let looked: { readonly at: number; readonly findings: readonly CheckFinding[] } | undefined
  const stopping = new AbortController()
  let checking: Promise<void> | undefined
  let stopTimer: (() => void) | undefined
  const isMeant = ({ workflow }: CheckFinding) => appsOff.some((id) => workflow.startsWith(`${id}.`))
  const find = async (pause: (ms: number) => Promise<void>): Promise<readonly CheckFinding[] | undefined> => {
    const findings: CheckFinding[] = []
    for (let after: number | undefined = 0, checked = 0; after !== undefined && checked < MOST; ) {
      const began = performance.now()
      const page = await engine().workflows.check({ filter: BEGUN, limit: BATCH, after })
      findings.push(...page.findings.filter((finding) => !isMeant(finding)))
      checked += page.checked
      after = page.next
      if (after !== undefined) await pause(REST_FACTOR * (performance.now() - began))
      if (stopping.signal.aborted) return undefined
    }
    return findings
  }
  const look = async (pause: (ms: number) => Promise<void>): Promise<void> => {
    const findings = await find(pause)
    if (findings === undefined) return
    found = findings.slice(0, KEPT)
    looked = undefined
    for (const [org, those = []] of Map.groupBy(findings, (finding) => finding.org)) await tell(org, those)
  }
  const tell = async (org: string, those: readonly CheckFinding[]): Promise<void> => {
    const runs = those.slice(0, 5).map(({ runId }) => runId)
    const list = runs.join(', ') + (those.length > runs.length ? ', …' : '')
    const { code = '', message = '' } = those[0] ?? {}
    await alerts.raise({
      key: 'workflows:misfit',
      severity: 'critical',
      title: `Running workflows cannot go on with this code: ${those.length}`,
      detail: `Runs ${list}. The first: ${code}: ${message}\nThey fail when they are to go on. Go back to the former code, or give the workflow a new version and keep the old way behind wf.since(). "${program} workflows check" lists them all.`,
      org,
      code: 'workflows-misfit',
      about: { count: those.length, runs: list, error: code },
      link: `/workflows/${runs[0]}`,
    })
  }
  return {
    check: () => look(async () => {}),
    async left(org) {
      if (found === undefined) return undefined
      const now = engine().clock.now()
      if (looked === undefined || now - looked.at >= AGAIN_MS) {
        const ids = found.map(({ runId }) => runId)
        const { findings } =
          ids.length === 0
            ? { findings: [] }
            : await engine().workflows.check({ filter: { ids, ...BEGUN }, limit: KEPT })
        looked = { at: now, findings }
      }
      return looked.findings.filter((finding) => finding.org === org).length
    },
    start() {
      const { clock } = engine()
      stopTimer = clock.setTimer(() => {
        checking = look((ms) => wait(clock, ms, stopping.signal)).catch((err: unknown) =>
          log.warn({ err }, `whether running workflows fit the code is not known: ask "${program} workflows check"`),
        )
      }, FIRST_MS)
    },
    async stop() {
      stopping.abort()
      stopTimer?.()
      await checking
    },
  }
}
