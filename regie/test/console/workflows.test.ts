import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { axeFindings } from './axe.ts'
import { order, pick } from './trial.ts'
import { openWorld, type World } from './world.ts'

const LONG_MS = 120_000
const MANY = 20_000

let world: World
beforeAll(async () => {
  world = await openWorld()
}, LONG_MS)
afterAll(() => world?.[Symbol.asyncDispose](), LONG_MS)

test('a workflow that waits is paused, resumed, sent its signal, and forked from a step with another input', {
  timeout: LONG_MS,
}, async () => {
  const { engine } = world.platform
  await using tab = await world.open('/workflows')
  const { page } = tab
  await page.getByRole('link', { name: 'trial.order' }).click()
  await page.getByText('trial.approved').waitFor()
  await page.getByRole('button', { name: 'Pause…' }).click()
  await page.getByRole('dialog').getByRole('textbox').fill('prices are wrong')
  await page.getByRole('button', { name: 'Pause it' }).click()
  await page.getByText('prices are wrong').waitFor()
  await page.getByRole('button', { name: 'Resume' }).click()
  await page.getByRole('button', { name: 'Send the signal…' }).click()
  await page.getByRole('dialog').getByText('Who has approved it', { exact: true }).waitFor()
  expect(await page.getByRole('dialog').getByRole('textbox', { name: 'Payload' }).inputValue()).toContain('"by": null')
  await page.getByRole('dialog').getByText('{"by":"Ada"}').waitFor()
  await page.getByRole('dialog').getByText('What it may carry').click()
  await page.getByRole('dialog').getByRole('region').getByText('"required"').waitFor()
  await page.getByRole('dialog').getByRole('textbox', { name: 'Payload' }).fill('{ "by": "Ada" }')
  await page.getByRole('dialog').getByRole('button', { name: 'Send' }).click()
  await page.getByRole('heading', { name: 'Result' }).waitFor()
  await page.getByRole('link', { name: 'ship', exact: true }).click()
  await page.getByRole('button', { name: 'Fork from here…' }).click()
  const plan = page.getByRole('dialog').locator('dl')
  await plan.getByText('Kept (2)').waitFor()
  expect(await plan.locator('dd').allTextContents()).toEqual(['reserve, approval', 'ship'])
  await page
    .getByRole('dialog')
    .getByRole('textbox', { name: 'Input' })
    .fill('{ "orderId": 72, "address": "1 quai des Brumes" }')
  await page.getByRole('button', { name: 'Start the copy' }).click()
  await page.getByText('Forked from').waitFor()
  const copy = async () => (await engine.runs.search({ job: 'trial.ship', input: { orderId: '72' } })).runs[0]?.state
  await expect.poll(copy).toBe('succeeded')
  const [source, fork] = (await engine.workflows.search({ job: 'trial.order' }, { limit: 2 })).runs.toReversed()
  const begun = async (id = 0) => (await engine.workflows.get(id)).steps.map(({ startedAt }) => startedAt)
  const [before, after] = [await begun(source?.id), await begun(fork?.id)]
  expect(after.map((startedAt, index) => startedAt === before[index])).toEqual([true, true, false])

  // What is sent before anybody waits for it is seen, and taken back.
  const { id } = await engine.enqueue(pick, { items: 1, fails: false }, { delay: '1h' })
  for (const by of ['Bob', 'Cleo']) await engine.workflows.signalNamed('trial.approved', { by }, { run: id })
  await page.goto(`${world.address}/workflows`)
  await page.getByRole('link', { name: 'Kept signals' }).click()
  await page.getByText('"Cleo"').waitFor()
  await page
    .getByRole('link', { name: `#${id}` })
    .first()
    .click()
  const kept = page.getByRole('region', { name: 'Signals it does not wait for yet' })
  await kept.getByRole('listitem').filter({ hasText: 'Cleo' }).getByRole('button', { name: 'Take back…' }).click()
  await page.getByRole('button', { name: 'Take it back' }).click()
  await expect.poll(() => kept.getByRole('listitem').count()).toBe(1)
  expect((await engine.workflows.signals({ run: id })).signals).toMatchObject([{ payload: { by: 'Bob' } }])
  expect(tab.troubles).toEqual([])
})

test('a workflow is cancelled after a question, goes on where it stopped, and begins anew with a repaired input', {
  timeout: LONG_MS,
}, async () => {
  const { engine } = world.platform
  const { id } = await engine.enqueue(order, { orderId: 91, address: '' })
  await expect.poll(async () => (await engine.workflows.get(id)).waitingFor.length).toBe(1)
  await using tab = await world.open(`/workflows/${id}`)
  const { page } = tab
  const dialog = page.getByRole('dialog')
  await page.getByRole('button', { name: 'Cancel…' }).click()
  await dialog.getByRole('textbox').fill('ordered twice')
  await dialog.getByRole('button', { name: 'Cancel the workflow' }).click()
  await expect.poll(async () => (await engine.runs.get(id)).state).toBe('cancelled')
  await page.getByRole('region', { name: 'Cancelled' }).getByText('Cancelled by Operator').waitFor()
  await page.getByRole('button', { name: 'Retry' }).click()
  await page.getByRole('button', { name: 'Send the signal…' }).click()
  await dialog.getByRole('textbox', { name: 'Payload' }).fill('{ "by": "Ada" }')
  await dialog.getByRole('button', { name: 'Send' }).click()
  await page.getByRole('heading', { name: 'Why it failed' }).waitFor()
  await page.getByRole('button', { name: 'Repair the input…' }).click()
  await dialog.getByRole('textbox', { name: 'Input' }).fill('{ "orderId": "none" }')
  await dialog.getByRole('button', { name: 'Begin anew' }).click()
  await dialog
    .getByText(/orderId/)
    .nth(1)
    .waitFor()
  await dialog.getByRole('textbox', { name: 'Input' }).fill('{ "orderId": 91, "address": "3 rue Paul Bert" }')
  await dialog.getByRole('button', { name: 'Begin anew' }).click()
  await page.getByRole('button', { name: 'Send the signal…' }).click()
  await dialog.getByRole('textbox', { name: 'Payload' }).fill('{ "by": "Ada" }')
  await dialog.getByRole('button', { name: 'Send' }).click()
  await page.getByRole('heading', { name: 'Result' }).waitFor()
  expect(await engine.runs.get(id)).toMatchObject({ state: 'succeeded', result: { by: 'Ada' } })
  expect(tab.troubles).toEqual([])
})

test('the graph shows what failed and what was undone, folds a fan-out, and is walked by arrow keys', {
  timeout: LONG_MS,
}, async () => {
  const { engine } = world.platform
  const { id } = await engine.enqueue(pick, { items: 30, fails: true })
  await expect.poll(async () => (await engine.runs.get(id)).state).toBe('failed')
  await using tab = await world.open(`/workflows/${id}`)
  const { page } = tab
  await page.getByText('Graph', { exact: true }).click()
  await page.waitForURL(/view=graph/)
  const graph = page.getByRole('group', { name: /^Graph of the steps/ })
  await graph.getByRole('link', { name: 'hand over' }).getByText('failed').waitFor()
  await graph.getByText('Undo fetch item 29').waitFor()
  // Its authors ask for it, and it has to be legible.
  await graph.getByRole('link', { name: 'React Flow', exact: true }).waitFor()
  for (const theme of ['dark', 'light']) {
    await page.evaluate(`document.documentElement.dataset.mantineColorScheme = '${theme}'`)
    // Colours fade over.
    await expect.poll(() => axeFindings(page)).toEqual([])
  }
  const folded = graph.getByRole('button', { name: /^fetch item 5 … fetch item 29/ })
  await expect.poll(() => graph.getByRole('link', { name: /fetch item/ }).count()).toBe(5)
  await graph.getByRole('link', { name: 'open box' }).focus()
  await page.keyboard.press('ArrowRight')
  for (let row = 0; row < 5; row += 1) await page.keyboard.press('ArrowDown')
  await folded.and(page.locator(':focus')).waitFor()
  await page.keyboard.press('Enter')
  await graph.getByRole('button', { name: /^fetch item 5 … fetch item 7/ }).waitFor()
  await graph.getByRole('link', { name: 'cool down' }).focus()
  await page.keyboard.press('Enter')
  await page.getByRole('region', { name: 'Step cool down' }).waitFor()
  expect(page.url()).toMatch(/view=graph.*step=cool/)
  expect(tab.troubles).toEqual([])
})

test('what runs is kept in view until the person scrolls', { timeout: LONG_MS }, async () => {
  const { engine } = world.platform
  const { id } = await engine.enqueue(pick, { items: 60, fails: false, waits: true })
  await expect.poll(async () => (await engine.workflows.get(id)).waitingFor.length).toBe(1)
  await using tab = await world.open(`/workflows/${id}`)
  const { page } = tab
  await page.getByRole('link', { name: 'until the van is there' }).waitFor()
  const follow = page.getByRole('switch', { name: 'Follow' })
  expect(await follow.isChecked()).toBe(true)
  await page.getByRole('link', { name: 'until the van is there' }).hover()
  await page.mouse.wheel(0, -300)
  await expect.poll(() => follow.isChecked()).toBe(false)
})

test('a workflow of 20,000 steps opens with its first rows at once, has them all, and draws only those in sight', {
  timeout: LONG_MS,
}, async () => {
  const { engine } = world.platform
  const { id } = await engine.enqueue(order, { orderId: 81, address: '2 rue Dunoir' })
  await expect.poll(async () => (await engine.workflows.get(id)).waitingFor.length).toBe(1)
  await engine.workflows.pause(id)
  const at = engine.clock.now()
  const db = engine.database.kysely<{ engine_step: Record<string, string | number | null> }>()
  for (let from = 0; from < MANY; from += 2_000)
    await db
      .insertInto('engine_step')
      .values(
        Array.from({ length: 2_000 }, (_, index) => ({
          run: id,
          name: `page ${from + index}`,
          seq: 100 + from + index,
          kind: 'step',
          state: 'done',
          alone: 1,
          attempt: 1,
          started_at: at + from + index,
          ended_at: at + from + index + 1,
          result: '{}',
        })),
      )
      .execute()
  await using tab = await world.open(`/workflows/${id}`)
  const { page } = tab
  await page.getByRole('link', { name: 'page 3', exact: true }).waitFor()
  await page.getByText('20,002 steps').waitFor()
  expect(await page.getByRole('row').count()).toBeLessThan(100)
  await page.getByRole('link', { name: 'page 3', exact: true }).focus()
  await page.keyboard.press('End')
  await page.getByRole('link', { name: 'page 19999', exact: true }).waitFor()
  await lookCloser(page)
  await page.getByText('Graph', { exact: true }).click()
  const graph = page.getByRole('group', { name: /^Graph of the steps/ })
  await graph.getByRole('button', { name: /page 1 … page 19999/ }).waitFor()
  expect(await graph.locator('.react-flow__node').count()).toBeLessThan(100)
})

/** Into a part of the time that is dragged, closer by wheel and key, and back to all of it. */
async function lookCloser(page: Page): Promise<void> {
  const shown = page.getByRole('slider', { name: 'Visible part of the time' })
  const said = async () => (await shown.getAttribute('aria-valuetext')) ?? ''
  const lengthMs = () => {
    const [from, to] = (new URL(page.url()).searchParams.get('range') ?? '').split('-').map(Number)
    return (to ?? 0) - (from ?? 0)
  }
  expect(await said()).toMatch(/^All of /)
  const axis = page.locator('thead [data-axis]')
  await axis.hover()
  const box = await axis.boundingBox()
  if (box === null) throw new Error('there is no axis')
  const [x, y] = [box.x + box.width * 0.5, box.y + box.height / 2]
  await page.getByText(/s · \d.*, \d\d:\d\d:\d\d/).waitFor()
  await page.mouse.down()
  await page.mouse.move(x + box.width * 0.1, y, { steps: 3 })
  await page.mouse.up()
  await expect.poll(said).toMatch(/ to .* of /)
  // The first row that begins there has come into sight.
  await page
    .getByRole('row', { name: /^page \d+ .*begins after/ })
    .first()
    .waitFor()
  await expect.poll(lengthMs).toBeGreaterThan(0)
  const dragged = lengthMs()
  await page.keyboard.down('Control')
  await page.mouse.wheel(0, -300)
  await page.keyboard.up('Control')
  await expect.poll(lengthMs).toBeLessThan(dragged)
  const turned = lengthMs()
  await shown.focus()
  await page.keyboard.press('+')
  await expect.poll(lengthMs).toBeLessThan(turned)
  const before = await said()
  await page.keyboard.press('ArrowRight')
  await expect.poll(said).not.toBe(before)
  await page.getByRole('button', { name: 'Show all of the time' }).click()
  await expect.poll(said).toMatch(/^All of /)
  await expect.poll(() => new URL(page.url()).searchParams.get('range')).toBeNull()
}
