import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const FINDINGS = readFileSync(new URL('./axe-findings.js', import.meta.url), 'utf8')

/** Which of axe's rules are looked at, and where: all of them on the whole page when nothing is said. */
export interface AxeLook {
  readonly only?: readonly string[]
  readonly without?: readonly string[]
  readonly within?: string
}

/** What axe finds serious or critical on a page as it is now. */
export async function axeFindings(
  page: Page,
  { only, without = [], within }: AxeLook = {},
): Promise<readonly string[]> {
  // Past the content security policy, which is for the page's own scripts.
  if (!(await page.evaluate<boolean>("'axeFindings' in globalThis"))) await page.evaluate(`${AXE};${FINDINGS}`)
  const off = Object.fromEntries(without.map((rule) => [rule, { enabled: false }]))
  const rules = { 'target-size': { enabled: true }, ...off }
  const options = only === undefined ? { rules } : { rules, runOnly: only }
  return page.evaluate<readonly string[]>(
    `globalThis.axeFindings(${JSON.stringify(options)}, ${JSON.stringify(within)})`,
  )
}
