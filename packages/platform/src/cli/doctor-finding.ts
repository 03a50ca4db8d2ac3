import type { Platform } from '../app/platform.ts'
import type { Config } from '../config/config.ts'

/** How a check came out. `fail` needs somebody now, `warn` is odd or not set up. */
export type Level = 'ok' | 'warn' | 'fail'

/** What one check found. */
export interface Finding {
  readonly check: string
  readonly level: Level
  readonly message: string
  /** What to do, when it is not right. */
  readonly next?: string
}

/** What the checks look at. */
export interface Patient {
  readonly config: Config
  readonly program: string
  /** The machine's clock (milliseconds UTC). */
  readonly now: number
}

/** The same with an open, complete database. */
export interface OpenPatient extends Patient {
  readonly platform: Platform
}

/** A check; what it throws is a finding too. */
export interface Check<P extends Patient> {
  readonly name: string
  look(patient: P): Promise<Omit<Finding, 'check'> | readonly Omit<Finding, 'check'>[]>
}

/** Carries out checks, one after the other. */
export async function examine<P extends Patient>(checks: readonly Check<P>[], patient: P): Promise<readonly Finding[]> {
  const findings: Finding[] = []
  for (const { name, look } of checks) {
    const found = await look(patient).catch((error: unknown): Omit<Finding, 'check'> => {
      return { level: 'fail', message: error instanceof Error ? error.message : String(error) }
    })
    findings.push(...[found].flat().map((each) => ({ check: name, ...each })))
  }
  return findings
}
