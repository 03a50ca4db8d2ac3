import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const FINDINGS = readFileSync(new URL('./axe-findings.js', import.meta.url), 'utf8')

/** What axe finds serious or critical on a page as it is now. */
export async function axeFindings(page: Page): Promise<readonly string[]> {
  // Past the content security policy, which is for the page's own scripts.
  await page.evaluate(AXE)
  return page.evaluate<readonly string[]>(FINDINGS)
}
