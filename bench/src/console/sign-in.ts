import type { Browser } from 'playwright-core'
import type { Ground } from './row.ts'

const LONGEST_MS = 20_000

/** Comes in as the first administrator, as a person does. */
export async function signIn(
  browser: Browser,
  { setupLink }: Pick<Ground['server'], 'setupLink'>,
): Promise<Ground['session']> {
  const context = await browser.newContext({ serviceWorkers: 'block' })
  context.setDefaultTimeout(LONGEST_MS)
  try {
    const page = await context.newPage()
    await page.goto(setupLink)
    await page.locator('#email').fill('ada@example.com')
    await page.locator('#name').fill('Ada')
    await page.locator('#password').fill('three wise geese')
    await page.locator('button[type=submit]').click()
    await page.locator('main h1').first().waitFor()
    await page.waitForURL((url) => url.pathname === '/')
    return await context.storageState()
  } finally {
    await context.close()
  }
}
