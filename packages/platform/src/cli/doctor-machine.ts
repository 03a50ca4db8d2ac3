import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { rm, statfs, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { wayOut } from '../app/data-dir.ts'
import { listBackups } from '../backup/list.ts'
import { hasPlan } from '../backup/plan.ts'
import { backupFolder } from './backup-find.ts'
import type { Check, Patient } from './doctor-finding.ts'
import { fromNow, spellBytes } from './time.ts'

const NODE_MAJOR = 24
const MIB = 1_048_576
// A nightly backup and two hours for it.
const BACKUP_MS = 26 * 3_600_000

/** What can be looked at without the database. */
export const MACHINE_CHECKS: readonly Check<Patient>[] = [
  {
    name: 'node',
    async look() {
      const { node } = process.versions
      if (Number.parseInt(node, 10) >= NODE_MAJOR) return { level: 'ok', message: `version ${node}` }
      return {
        level: 'fail',
        message: `version ${node} is too old`,
        next: `install Node ${NODE_MAJOR}, or use npm start, which brings one`,
      }
    },
  },
  {
    name: 'configuration',
    async look({ config }) {
      if (config.warnings.length === 0) return { level: 'ok', message: 'all settings are right' }
      return config.warnings.map((message) => ({ level: 'warn', message, next: 'see .env.example' }))
    },
  },
  {
    name: 'data directory',
    async look({ config, program }) {
      const { dataDir } = config
      const probe = join(dataDir, `.doctor-${randomUUID()}`)
      try {
        await writeFile(probe, 'x', { flush: true })
        return { level: 'ok', message: `${dataDir} can be written` }
      } catch (error) {
        if (error instanceof Error && 'code' in error && error.code === 'ENOENT')
          return { level: 'warn', message: `${dataDir} does not exist yet`, next: `${program} start makes it` }
        const message = `${dataDir} cannot be written: ${error instanceof Error ? error.message : error}`
        return { level: 'fail', message, next: wayOut(error) }
      } finally {
        await rm(probe, { force: true }).catch(() => {})
      }
    },
  },
  {
    name: 'disk',
    async look({ config }) {
      const { dataDir, minFreeDiskMb } = config
      const { bavail, bsize } = await statfs(existsSync(dataDir) ? dataDir : '.')
      const free = bavail * bsize
      const message = `${spellBytes(free)} free`
      if (free >= minFreeDiskMb * MIB * 4) return { level: 'ok', message }
      const level = free < minFreeDiskMb * MIB ? 'fail' : 'warn'
      return { level, message, next: `free some space: below ${minFreeDiskMb} MiB the server is not ready` }
    },
  },
  {
    name: 'restore',
    async look({ config, program }) {
      if (!(await hasPlan(config.dataDir))) return { level: 'ok', message: 'none is half done' }
      return { level: 'warn', message: 'a restore was cut off', next: `${program} start finishes it` }
    },
  },
  {
    name: 'backup',
    async look({ config, program, now }) {
      const all = await listBackups(backupFolder(config))
      const latest = all.find(({ state }) => state === 'good')
      const damaged = all.filter(({ state }) => state === 'damaged')
      const bad = damaged.map(({ id }) => ({
        level: 'warn' as const,
        message: `${id} is damaged`,
        next: `${program} backup verify ${id}`,
      }))
      if (latest === undefined)
        return [{ level: 'warn', message: 'there is none', next: `${program} backup run` }, ...bad]
      const message = `the latest, ${latest.id}, was made ${fromNow(latest.createdAt, now)}`
      if (now - latest.createdAt <= BACKUP_MS) return [{ level: 'ok', message }, ...bad]
      return [{ level: 'warn', message, next: `${program} schedules history backup.daily` }, ...bad]
    },
  },
  {
    name: 'mail',
    async look({ config }) {
      const { smtpUrl, dataDir } = config
      if (smtpUrl !== undefined) return { level: 'ok', message: `by ${new URL(smtpUrl).host}` }
      return {
        level: 'warn',
        message: `nothing is sent: messages are written to ${join(dataDir, 'outbox')}`,
        next: 'set SMTP_URL',
      }
    },
  },
  {
    name: 'passwords',
    async look({ config: { breachedPasswordsUrl: url } }) {
      if (url !== undefined) return { level: 'ok', message: `breached ones are looked up at ${new URL(url).host}` }
      return {
        level: 'warn',
        message: 'only the most common ones are refused, not those known from breaches: nobody is asked',
        next: 'set REGIE_BREACHED_PASSWORDS_URL=https://api.pwnedpasswords.com',
      }
    },
  },
  {
    name: 'discord',
    async look({ config }) {
      if (config.discordWebhook !== undefined) return { level: 'ok', message: 'alerts go there' }
      return {
        level: 'warn',
        message: 'alerts go to the log and the table of alerts only',
        next: 'set REGIE_DISCORD_WEBHOOK',
      }
    },
  },
]
