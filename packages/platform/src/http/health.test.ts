import { type ProjectionStatus, systemClock } from '@regie/engine'
import { expect, test } from 'vitest'
import type { Document, DocumentRequest } from './endpoint.ts'
import { healthRoutes, type ReadinessCheck, readinessChecks } from './health.ts'

const request: DocumentRequest = {
  path: '/ready',
  query: {},
  language: '',
  headers: {},
  address: '127.0.0.1',
  principal: undefined,
}

async function ready(checks: readonly ReadinessCheck[], { stopping = false, timeoutMs = 10_000 } = {}) {
  const [, route] = healthRoutes({ version: '1', clock: systemClock, checks, stopping: () => stopping, timeoutMs })
  const answer: Document | undefined = await route?.handle(request)
  return { status: answer?.status, ...JSON.parse(String(answer?.body ?? '{}')) }
}

const healthy = { store: true, worker: true, scheduler: true }
const options = {
  dataDir: '.',
  minFreeDiskMb: 1,
  roles: ['api', 'worker', 'scheduler'] as const,
  projections: async () => [],
}

test('every dependency that fails is named, with its reason', async () => {
  const engine = { healthy: async () => ({ ...healthy, worker: false, store: false }) }
  const answer = await ready(readinessChecks({ ...options, engine }))
  expect(answer).toMatchObject({
    failing: ['store', 'workers'],
    checks: { store: { reason: 'the database does not answer' }, disk: { ok: true } },
  })
})

test('a dependency that hangs fails within its time-out, and does not hide the others', async () => {
  const answer = await ready(
    [
      { name: 'slow', probe: () => new Promise(() => {}) },
      { name: 'quick', probe: async () => {} },
    ],
    { timeoutMs: 20 },
  )
  expect(answer).toMatchObject({
    failing: ['slow'],
    checks: { slow: { reason: 'no answer within 20 ms' }, quick: { ok: true } },
  })
})

test('what a process has not taken up is not asked for', async () => {
  const engine = { healthy: async () => ({ ...healthy, worker: false, scheduler: false }) }
  expect(await ready(readinessChecks({ ...options, engine, roles: ['api'] }))).toMatchObject({ status: 'ready' })
})

test('a data directory that is gone fails the disk', async () => {
  const engine = { healthy: async () => healthy }
  expect(await ready(readinessChecks({ ...options, engine, dataDir: '/no/such/folder' }))).toMatchObject({
    failing: ['disk'],
  })
})

test('a process that stops is not ready, so that nobody sends it more', async () => {
  expect(await ready([], { stopping: true })).toMatchObject({ status: 'not ready', failing: ['stopping'] })
})

test('a projection that cannot go on is told with its event, and takes no process out of service', async () => {
  const generation = { generation: 1, version: 1, cursor: '', behind: 3, lagMs: 5 }
  const error = { code: 'TypeError', message: 'no such field' }
  const base = { mode: 'async', declared: true, tables: [] } as const
  const projections = async (): Promise<readonly ProjectionStatus[]> => [
    { ...base, name: 'orders', serving: { ...generation, state: 'stopped', failedPosition: 12, error } },
    { ...base, name: 'totals', serving: { ...generation, state: 'live' } },
  ]
  const answer = await ready(readinessChecks({ ...options, engine: { healthy: async () => healthy }, projections }))
  expect(answer).toMatchObject({ status: 'ready', checks: { projections: { ok: false } } })
  expect(answer.checks.projections.reason).toBe('orders cannot apply the event 12: TypeError: no such field')
})
