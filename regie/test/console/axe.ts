import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const FINDINGS = readFileSync(new URL('./axe-findings.js', import.meta.url), 'utf8')

/** What axe finds serious or critical on a page as it is now, or in a part of it, by all its rules or only those named. */
export async function axeFindings(page: Page, rules?: readonly string[], within?: string): Promise<readonly string[]> {
  // Past the content security policy, which is for the page's own scripts.
  if (!(await page.evaluate<boolean>("'axeFindings' in globalThis"))) await page.evaluate(`${AXE};${FINDINGS}`)
  const options = rules === undefined ? {} : { runOnly: rules }
  return page.evaluate<readonly string[]>(
    `globalThis.axeFindings(${JSON.stringify(options)}, ${JSON.stringify(within)})`,
  )
}
