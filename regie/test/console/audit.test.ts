import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openWorld, type World } from './world.ts'

const LONG_MS = 120_000

let world: World
beforeAll(async () => {
  world = await openWorld()
}, LONG_MS)
afterAll(() => world?.[Symbol.asyncDispose](), LONG_MS)

test('somebody finds who paused a queue, sees what changed, and verifies the log', { timeout: LONG_MS }, async () => {
  await fetch(`${world.address}/api/v1/queues/default/pause`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{}',
  })
  await using tab = await world.open('/audit')
  const { page } = tab
  await page.getByLabel('Action', { exact: true }).fill('queues.*')
  await page.getByRole('button', { name: 'Search', exact: true }).click()
  await page.waitForURL(/action=queues/)
  // The focus stays where it was: nothing opens over what was found.
  await expect.poll(() => page.evaluate('document.activeElement.textContent')).toBe('Search')
  // Whoever did it is found by name, while one types.
  const who = page.getByRole('combobox', { name: 'Who' })
  await who.fill('oper')
  await page.getByRole('option', { name: /^Operator/ }).click()
  await page.getByRole('button', { name: 'Search', exact: true }).click()
  await page.waitForURL(/actor=operator/)
  await expect.poll(() => who.inputValue()).toMatch(/^Operator/)
  await page.getByRole('link', { name: 'queues.pause' }).click()
  await page.getByRole('heading', { name: 'Queue paused' }).waitFor()
  expect(await page.getByRole('link', { name: 'queue:default' }).getAttribute('href')).toBe('/queues')
  await page.getByRole('link', { name: 'All entries of this trace' }).click()
  await page.waitForURL(/traceId=[0-9a-f]{32}$/)
  await page.getByRole('link', { name: 'queues.pause' }).click()
  await page.getByRole('link', { name: 'More about it' }).click()
  await page.waitForURL(/object=queue/)
  await page.getByRole('button', { name: 'Verify the log' }).click()
  await page.getByText('nothing is missing, nothing was changed').waitFor()
  await page.getByText('the database itself refuses').waitFor()
  expect(await page.getByRole('link', { name: 'Export as CSV' }).getAttribute('href')).toContain('format=csv')
  await page.goto(`${world.address}/audit?action=nothing.at.all`)
  await page.locator('[data-state="empty-filter"]').waitFor()
  await sql`drop trigger platform_audit_update`.execute(world.platform.database.kysely())
  await page.getByRole('button', { name: 'Verify the log' }).click()
  await page.getByText('whoever has the database can change the log').waitFor()
  expect(tab.troubles).toEqual([])
})
