import { existsSync } from 'node:fs'
import { appChecks } from '../app/check.ts'
import type { Platform } from '../app/platform.ts'
import { command } from './command.ts'
import { type Check, examine, type Finding, type Level, type OpenPatient, type Patient } from './doctor-finding.ts'
import { MACHINE_CHECKS } from './doctor-machine.ts'
import { TABLE_CHECKS, WORK_CHECKS } from './doctor-work.ts'
import { EXIT } from './exit.ts'
import { failureOf } from './failure.ts'
import type { Session } from './session.ts'
import { paint, type Screen, type Tone } from './style.ts'

const MARKS: Readonly<Record<Level, readonly [string, Tone]>> = {
  ok: ['ok  ', 'good'],
  warn: ['warn', 'odd'],
  fail: ['FAIL', 'bad'],
}

/** `regie doctor` */
export const doctor = command({
  name: 'doctor',
  summary: 'Check the machine, the database, the processes and what is overdue',
  about: 'Ends with 1 when a check fails; what is only odd or not set up is a warning.',
  async run({ session }) {
    const config = await session.config()
    const patient: Patient = { config, program: session.program, now: session.clock.now() }
    const findings = [...(await examine(MACHINE_CHECKS, patient)), ...(await examineDatabase(session, patient))]
    const count = (level: Level) => findings.filter((finding) => finding.level === level).length
    const summary = { ok: count('ok'), warn: count('warn'), fail: count('fail') }
    return {
      json: { ...summary, findings },
      text: (screen) =>
        `${listText(screen, findings)}\n${summary.ok} ok, ${summary.warn} warnings, ${summary.fail} failures\n`,
      exit: summary.fail > 0 ? EXIT.failed : EXIT.ok,
    }
  },
})

async function examineDatabase(session: Session, patient: Patient): Promise<readonly Finding[]> {
  const { database } = patient.config
  if (database.kind === 'sqlite' && !existsSync(database.path)) {
    return [
      {
        check: 'database',
        level: 'warn',
        message: `there is none yet at ${database.path}`,
        next: `${patient.program} start`,
      },
    ]
  }
  const opened = await openOrFail(session)
  if ('level' in opened) return [opened]
  const tables = await examine(TABLE_CHECKS, { ...patient, platform: opened })
  if (tables.some(({ level }) => level === 'fail')) return tables
  const checks = [...WORK_CHECKS, ...checksOfApps(opened)]
  return [...tables, ...(await examine(checks, { ...patient, platform: opened }))]
}

/** What the apps themselves look at; what only advises is a warning. */
function checksOfApps({ apps, services, config }: Platform): readonly Check<OpenPatient>[] {
  return appChecks(apps, services, config.org.id).map(({ name, advisory, probe }) => ({
    name,
    look: async () => {
      const reason = await probe().then(
        () => undefined,
        (error: unknown) => (error instanceof Error ? error.message : String(error)),
      )
      if (reason === undefined) return { level: 'ok', message: 'as it should be' }
      return { level: advisory === true ? 'warn' : 'fail', message: reason }
    },
  }))
}

async function openOrFail(session: Session): Promise<Platform | Finding> {
  try {
    return await session.open({ behind: true })
  } catch (error) {
    const { message } = failureOf(error, session.program, 'doctor')
    const { database } = await session.config()
    const next =
      database.kind === 'sqlite'
        ? `${session.program} backup list, then ${session.program} restore <id>`
        : 'start the database server, or correct DATABASE_URL'
    return { check: 'database', level: 'fail', message, next }
  }
}

function listText(screen: Screen, findings: readonly Finding[]): string {
  const width = Math.max(...findings.map(({ check }) => check.length))
  return findings
    .map(({ check, level, message, next }) => {
      const [mark, tone] = MARKS[level]
      const then = next === undefined || level === 'ok' ? '' : `\n${' '.repeat(width + 8)}→ ${next}`
      return `${paint(screen, tone, mark)}  ${check.padEnd(width)}  ${message}${then}\n`
    })
    .join('')
}
