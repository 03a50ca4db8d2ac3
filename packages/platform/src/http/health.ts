import { statfs } from 'node:fs/promises'
import type { Clock, Engine, ProjectionStatus, Role } from '@regie/engine'
import { stumblesOf } from '../observe/stumbles.ts'
import type { Document, DocumentRoute } from './endpoint.ts'

/** One thing the process depends on. */
export interface ReadinessCheck {
  readonly name: string
  /** Throws, with a sentence that names the way out, when it cannot be relied upon. */
  probe(): Promise<void>
  /** Shown, but no reason to take the process out of service: another one could do no better. Default false. */
  readonly advisory?: boolean
}

/** What readiness looks at. */
export interface ReadinessOptions {
  readonly engine: Pick<Engine, 'healthy'>
  readonly projections: () => Promise<readonly ProjectionStatus[]>
  readonly roles: readonly Role[]
  readonly dataDir: string
  readonly minFreeDiskMb: number
}

const MIB = 1_048_576

/** The store, the loops this process has taken up, and the disk. */
export function readinessChecks({
  engine,
  projections,
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
    {
      name: 'projections',
      advisory: true,
      async probe() {
        const stumbling = (await projections()).flatMap(stumblesOf)
        if (stumbling.length === 0) return
        throw new Error(stumbling.map(({ name, why }) => `${name} cannot apply the ${why}`).join('; '))
      },
    },
  ]
}

/** How one check came out. */
export interface CheckResult {
  readonly name: string
  readonly ok: boolean
  /** True when it does not count against being ready. */
  readonly advisory?: boolean
  /** Why not. */
  readonly reason?: string
}

/** Carries out all checks side by side; one that takes longer than `timeoutMs` (default 1,000) has failed. */
export function probeAll(checks: readonly ReadinessCheck[], timeoutMs = 1_000): Promise<readonly CheckResult[]> {
  return Promise.all(checks.map((check) => run(check, timeoutMs)))
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
export function healthRoutes({ version, clock, checks, stopping, timeoutMs }: HealthOptions): readonly DocumentRoute[] {
  const startedAt = clock.now()
  return [
    {
      url: '/health',
      access: 'public',
      handle: () => json({ status: 'ok', version, uptimeSeconds: Math.round((clock.now() - startedAt) / 1_000) }),
    },
    {
      url: '/ready',
      access: 'public',
      async handle() {
        const results = await probeAll(checks, timeoutMs)
        const failing = [
          ...results.filter(({ ok, advisory }) => !ok && advisory !== true).map(({ name }) => name),
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

async function run({ name, probe, advisory }: ReadinessCheck, timeoutMs: number): Promise<CheckResult> {
  const expired = Promise.withResolvers<never>()
  const timer = setTimeout(() => expired.reject(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs)
  try {
    await Promise.race([probe(), expired.promise])
    return { name, ok: true, ...(advisory && { advisory }) }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return { name, ok: false, ...(advisory && { advisory }), reason }
  } finally {
    clearTimeout(timer)
  }
}

function json(value: unknown, status = 200): Document {
  return { status, type: 'application/json; charset=utf-8', body: JSON.stringify(value) }
}
