import { statfs } from 'node:fs/promises'
import type { Clock, Engine, Role } from '@regie/engine'
import type { Document, DocumentRoute } from './endpoint.ts'

/** One thing the process depends on. */
export interface ReadinessCheck {
  readonly name: string
  /** Throws, with a sentence that names the way out, when it cannot be relied upon. */
  probe(): Promise<void>
}

/** What readiness looks at. */
export interface ReadinessOptions {
  readonly engine: Pick<Engine, 'healthy'>
  readonly roles: readonly Role[]
  readonly dataDir: string
  readonly minFreeDiskMb: number
}

const MIB = 1_048_576

/** The store, the loops this process has taken up, and the disk. */
export function readinessChecks({
  engine,
  roles,
  dataDir,
  minFreeDiskMb,
}: ReadinessOptions): readonly ReadinessCheck[] {
  const alive = (part: 'store' | 'scheduler' | 'worker', way: string) => async () => {
    if (!(await engine.healthy())[part]) throw new Error(way)
  }
  return [
    { name: 'store', probe: alive('store', 'the database does not answer') },
    ...(roles.includes('scheduler')
      ? [{ name: 'scheduler', probe: alive('scheduler', 'the scheduler does not run') }]
      : []),
    ...(roles.includes('worker') ? [{ name: 'workers', probe: alive('worker', 'the worker does not run') }] : []),
    {
      name: 'disk',
      async probe() {
        const { bavail, bsize } = await statfs(dataDir)
        const freeMb = Math.floor((bavail * bsize) / MIB)
        if (freeMb < minFreeDiskMb) throw new Error(`${freeMb} MiB are free, ${minFreeDiskMb} are wanted`)
      },
    },
  ]
}

/** What the health addresses are made of. */
export interface HealthOptions {
  readonly version: string
  readonly clock: Clock
  readonly checks: readonly ReadinessCheck[]
  /** True once the process is stopping. */
  readonly stopping: () => boolean
  /** Longest wait for one check, in milliseconds. Default 1,000. */
  readonly timeoutMs?: number
}

/** `/health`: this process answers. `/ready`: what it depends on answers too, or 503 with the names of what does not. */
export function healthRoutes({
  version,
  clock,
  checks,
  stopping,
  timeoutMs = 1_000,
}: HealthOptions): readonly DocumentRoute[] {
  const startedAt = clock.now()
  return [
    {
      url: '/health',
      handle: () => json({ status: 'ok', version, uptimeSeconds: Math.round((clock.now() - startedAt) / 1_000) }),
    },
    {
      url: '/ready',
      async handle() {
        const results = await Promise.all(checks.map((check) => run(check, timeoutMs)))
        const failing = [
          ...results.filter(({ ok }) => !ok).map(({ name }) => name),
          ...(stopping() ? ['stopping'] : []),
        ]
        const ready = failing.length === 0
        const details = Object.fromEntries(results.map(({ name, ...result }) => [name, result]))
        return json(
          { status: ready ? 'ready' : 'not ready', ...(!ready && { failing }), checks: details },
          ready ? 200 : 503,
        )
      },
    },
  ]
}

async function run({ name, probe }: ReadinessCheck, timeoutMs: number) {
  const expired = Promise.withResolvers<never>()
  const timer = setTimeout(() => expired.reject(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs)
  try {
    await Promise.race([probe(), expired.promise])
    return { name, ok: true }
  } catch (error) {
    return { name, ok: false, reason: error instanceof Error ? error.message : String(error) }
  } finally {
    clearTimeout(timer)
  }
}

function json(value: unknown, status = 200): Document {
  return { status, type: 'application/json; charset=utf-8', body: JSON.stringify(value) }
}
