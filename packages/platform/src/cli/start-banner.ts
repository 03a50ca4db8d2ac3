import { join } from 'node:path'
import type { ScheduleStatus } from '@regie/engine'
import type { Config } from '../config/config.ts'
import { paint, type Screen } from './style.ts'
import { facts } from './table.ts'
import { localTime } from './time.ts'

/** A server that has come up. */
export interface Started {
  readonly config: Config
  readonly version: string
  readonly program: string
  /** Absent without the role `api`. */
  readonly address?: string
  /** With which the first administrator comes in; while there is none. */
  readonly setupLink?: string
  readonly schedules: readonly ScheduleStatus[]
}

/** What a person is told once the server is up: where to look, and what to try next. */
export function bannerText(
  screen: Screen,
  { config, version, program, address, setupLink, schedules }: Started,
): string {
  const next = nextSlot(schedules)
  return [
    `\n${paint(screen, 'strong', `Regie ${version} is running`)}\n\n`,
    indent(
      facts(screen, [
        ['Open', address === undefined ? undefined : paint(screen, 'strong', address)],
        ['Roles', config.roles.join(', ')],
        ['Data', config.dataDir],
        ['Database', databaseOf(config)],
        [
          'Mail',
          config.smtpUrl === undefined
            ? `written to ${join(config.dataDir, 'outbox')}`
            : `by ${new URL(config.smtpUrl).host}`,
        ],
        [
          'Schedules',
          `${schedules.length}${next === undefined ? '' : `, the next is ${next.name} at ${localTime(next.slot)}`}`,
        ],
      ]),
    ),
    ...(setupLink === undefined
      ? []
      : [
          `\n  ${paint(screen, 'strong', 'Nobody may come in yet.')} The first administrator opens this link, within 24 hours; it works once:\n`,
          `    ${setupLink}\n`,
        ]),
    '\n  Try, in another terminal:\n',
    ...['schedules list', 'jobs list', 'doctor', 'help'].map((line) => `    ${program} ${line}\n`),
    '\n  Ctrl-C stops it; what runs is finished or handed back.\n\n',
  ].join('')
}

/** The same for a program. */
export function bannerJson({ config, version, address, setupLink, schedules }: Started) {
  return {
    version,
    ...(address !== undefined && { address }),
    ...(setupLink !== undefined && { setupLink }),
    roles: config.roles,
    dataDir: config.dataDir,
    database: config.database.kind,
    schedules: schedules.length,
    pid: process.pid,
  }
}

function nextSlot(schedules: readonly ScheduleStatus[]) {
  return schedules
    .flatMap(({ name, nextSlot: slot }) => (slot === undefined ? [] : [{ name, slot }]))
    .toSorted((a, b) => a.slot - b.slot)[0]
}

function databaseOf({ database }: Config): string {
  return database.kind === 'sqlite' ? `SQLite, ${database.path}` : `PostgreSQL at ${new URL(database.url).host}`
}

function indent(lines: string): string {
  return lines.replace(/^(?=.)/gm, '  ')
}
