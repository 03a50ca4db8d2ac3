import { expect, test } from 'vitest'
import { openTestPlatform, pack, STORES } from '../app/platform.testing.ts'
import { openIdentity } from '../auth/identity.testing.ts'

test.each(STORES)(
  'failed runs are grouped by what went wrong, each organisation its own, and found by their group, on %s',
  async (store) => {
    await using opened = await openTestPlatform({ store, identity: openIdentity('main') })
    const { engine } = opened.platform
    const { address = '' } = await opened.platform.start()
    const fail = async (orderId: string, org: string): Promise<number> => {
      const { id } = await engine.enqueue(pack, { orderId, fail: true }, { org })
      expect(await engine.runs.wait(id)).toMatchObject({ state: 'failed' })
      return id
    }
    const first = await fail('a', 'main')
    const second = await fail('b', 'main')
    await fail('c', 'away')
    // biome-ignore lint/suspicious/noExplicitAny: its shape is what is being tested
    const ask = async (path: string): Promise<any> => (await fetch(address + path)).json()
    const { items: errors } = await ask('/api/v1/errors')
    expect(errors).toHaveLength(1)
    const [group] = errors
    expect(group).toMatchObject({
      job: 'shop.pack',
      error: { message: 'the carton is too small' },
      count: 2,
      lastRunId: second,
    })
    expect(group.hours.reduce((sum: number, each: number) => sum + each, 0)).toBe(2)
    expect(await ask('/api/v1/errors?fingerprint=0123456789abcdef')).toEqual({ items: [] })
    const { items: runs } = await ask(`/api/v1/runs?filter=${encodeURIComponent(`fingerprint:${group.fingerprint}`)}`)
    expect(runs.map(({ id }: { readonly id: number }) => id)).toEqual([second, first])
  },
)
