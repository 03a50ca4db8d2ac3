import { signal } from '@regie/engine'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { builders } from '../app/builders.ts'
import { openTestPlatform, STORES, shop } from '../app/platform.testing.ts'
import { WORK_CHECKS } from '../cli/doctor-work.ts'

const { workflow } = builders('shop')
const paid = signal({ name: 'shop.paid', payload: z.object({}) })

test.each(STORES)(
  'workflows that wait and do not fit the code raise an alert, which ends once they fit, on %s',
  async (store) => {
    let step = 'reserve'
    const order = workflow({
      name: 'order',
      signals: [paid],
      input: z.object({}),
      async run(wf) {
        await wf.step(step, async () => null)
        await wf.wait(paid)
      },
    })
    await using test = await openTestPlatform({ store, apps: [{ ...shop, workflows: [order] }] })
    const { alerts, causes, config, engine, misfits } = test.platform
    await test.platform.migrate()
    await engine.start({ roles: ['worker'] })
    const [first, second] = [await engine.enqueue(order, {}), await engine.enqueue(order, {})]
    for (const { id } of [first, second])
      await expect.poll(async () => (await engine.runs.get(id)).state, { timeout: 10_000 }).toBe('waiting')
    const open = async () => (await alerts.list({ open: true })).alerts
    await misfits.check()
    expect(await open()).toEqual([])
    step = 'pack'
    await misfits.check()
    await causes.settle()
    const page = await engine.workflows.check({ limit: 1 })
    expect(page).toMatchObject({ checked: 1, more: true, next: first.id })
    const rest = await engine.workflows.check({ limit: 1, after: page.next ?? 0 })
    expect(rest).toMatchObject({ checked: 1, more: false, findings: [{ runId: second.id }] })
    const about = { count: 2, runs: `${first.id}, ${second.id}`, error: 'WORKFLOW_DIVERGED' }
    expect(await open()).toMatchObject([{ code: 'workflows-misfit', count: 2, about, link: `/workflows/${first.id}` }])
    const doctor = WORK_CHECKS.find(({ name }) => name === 'workflows')
    expect(await doctor?.look({ platform: test.platform, config, program: 'regie', now: 0 })).toMatchObject({
      level: 'warn',
      message: expect.stringContaining(`: ${first.id}, ${second.id}`),
    })
    step = 'reserve'
    await misfits.check()
    await causes.settle()
    expect(await open()).toEqual([])
  },
)
