import { afterAll, beforeAll, expect, test } from 'vitest'
import { openWorld, type World } from './world.ts'

const LONG_MS = 120_000

let world: World
beforeAll(async () => {
  world = await openWorld()
}, LONG_MS)
afterAll(() => world?.[Symbol.asyncDispose](), LONG_MS)

test('a seller adds a client, drafts a quote with live totals, sends it, and records the answer', {
  timeout: LONG_MS,
}, async () => {
  await using tab = await world.open('/quotes/clients')
  const { page } = tab
  await page.getByRole('button', { name: 'New client' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Name').fill('Menuiserie Kermadec')
  await dialog.getByLabel('E-mail address').fill('devis@kermadec.example')
  await dialog.getByRole('button', { name: 'Add' }).click()
  await page.getByRole('link', { name: 'Menuiserie Kermadec' }).click()
  await page.getByRole('button', { name: 'Change', exact: true }).click()
  await dialog.getByLabel('Town').fill('Concarneau')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await page.getByText('Concarneau').waitFor()
  await page.getByRole('button', { name: 'New quote' }).click()
  await page.getByLabel('Subject').fill('Oak staircase')
  await page.getByLabel('Description').fill('Steps, planed and oiled')
  await page.getByLabel('Quantity').fill('1,5')
  await page.getByLabel('Unit price').fill('-99')
  await page.getByText('Not below zero').waitFor()
  await page.getByLabel('Unit price').fill('99.99')
  // Whoever goes elsewhere by mistake keeps what they wrote.
  await page.getByRole('navigation').getByRole('link', { name: 'Clients' }).click()
  await dialog.getByRole('button', { name: 'Go on writing' }).click()
  await page.locator('[data-total]').getByText('179.99', { exact: true }).waitFor()
  await page.getByRole('button', { name: 'Draft the quote' }).click()
  await page.getByRole('heading', { name: 'Oak staircase' }).waitFor()
  // A colleague is faster: what one has written is not lost, and saved over theirs when one wants it.
  await page.getByRole('button', { name: 'Change', exact: true }).click()
  await page.getByLabel('Quantity').fill('2')
  const address = `${world.address}/api/v1/quotes/quotes/${new URL(page.url()).pathname.split('/')[2]}`
  const read = (await (await fetch(address)).json()) as { clientId: string; lines: readonly { netCents: number }[] }
  const { clientId, lines } = read
  const theirs = {
    clientId,
    title: 'Oak stairs',
    lines: lines.map(({ netCents: _, ...line }) => line),
  }
  const faster = await fetch(address, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...theirs, version: 1 }),
  })
  expect(faster.status).toBe(200)
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('Somebody else has changed this quote meanwhile. Look').waitFor()
  await page.getByRole('button', { name: 'Load theirs' }).waitFor()
  await page.getByRole('button', { name: 'Save mine over it' }).click()
  await page.getByRole('heading', { name: 'Oak staircase' }).waitFor()
  await page.getByText('€239.98').waitFor()
  // Another one like it, which is given up.
  await page.getByRole('button', { name: 'Duplicate' }).click()
  await page.getByLabel('Subject').fill('Oak staircase, again')
  await page.getByRole('button', { name: 'Draft the quote' }).click()
  await page.getByRole('heading', { name: 'Oak staircase, again' }).waitFor()
  await page.getByRole('button', { name: 'Delete' }).click()
  await dialog.getByRole('button', { name: 'Delete' }).click()
  await page.getByRole('heading', { name: 'Quotes', level: 1 }).waitFor()
  await page.getByRole('link', { name: 'Oak staircase' }).click()
  await page.getByRole('button', { name: 'Send' }).click()
  // There is no e-mail server here, and nobody is told otherwise.
  await dialog.getByText('the client receives nothing').waitFor()
  await dialog.getByRole('button', { name: 'Send' }).click()
  await page.getByText('Nothing was mailed').waitFor()
  // Recording an answer is offered once the mail is out.
  await page.locator('h1 + *').getByText('sent', { exact: true }).waitFor()
  await page.getByRole('button', { name: 'Record acceptance' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Record' }).click()
  await page.locator('h1 + *').getByText('accepted').waitFor()
  expect(await page.getByRole('button', { name: 'Withdraw' }).getAttribute('aria-disabled')).toBe('true')
  expect(tab.troubles).toEqual([])
})

test('a seller chooses drafts by keyboard, sends them at once, and watches it', { timeout: LONG_MS }, async () => {
  const post = async (path: string, body: object): Promise<{ readonly id: string }> => {
    const headers = { 'content-type': 'application/json' }
    const made = { method: 'POST', headers, body: JSON.stringify(body) }
    return (await (await fetch(`${world.address}/api/v1/quotes${path}`, made)).json()) as { id: string }
  }
  const { id: clientId } = await post('/clients', { name: 'Nobody to write to' })
  const lines = [{ description: 'Steps', quantity: 1, unitPrice: 10 }]
  await post('/quotes', { clientId, title: 'Unreachable stairs', lines })
  await using tab = await world.open('/quotes?state=draft')
  const { page } = tab
  await page.getByRole('checkbox', { name: 'Select Unreachable stairs' }).waitFor()
  // The dearest first: it is the cheapest of six.
  await page.getByRole('button', { name: 'Total with VAT' }).click()
  await page.locator('th[aria-sort="descending"]').getByText('Total with VAT').waitFor()
  await page.locator('tr[data-index="5"]').getByText('Unreachable stairs').waitFor()
  await page.getByRole('checkbox', { name: 'Select all that are shown' }).press('Space')
  await page.getByText('6 chosen').waitFor()
  await page.getByRole('button', { name: 'Send 5 quotes' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByText('1 draft stays').waitFor()
  await dialog.getByText('Unreachable stairs · Nobody to write to').waitFor()
  await dialog.getByRole('button', { name: 'Send 5 quotes' }).click()
  await page.getByRole('link', { name: 'Watch the sending of 5 quotes' }).click()
  await page.locator('h1 + *').getByText('succeeded').waitFor()
  await page
    .getByText(/^send D-\d{4}-\d{4}$/)
    .first()
    .waitFor()
  const { items } = (await (await fetch(`${world.address}/api/v1/notifications`)).json()) as {
    readonly items: readonly object[]
  }
  const runPage = new URL(page.url()).pathname.replace('workflows', 'runs')
  expect(items).toContainEqual(expect.objectContaining({ title: '5 devis envoyés', link: runPage }))
  expect(tab.troubles).toEqual([])
})
