// npm run screenshots [-- /runs /queues]: every page of the console, or those, in both languages and themes, on a desktop and
// on a phone, written to reports/console. With --docs the few that the documentation shows go to docs/images/console.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { allRoutes, LOOKER, populate } from '../regie/test/console/routes.ts'
import { openWorld } from '../regie/test/console/world.ts'

const root = join(import.meta.dirname, '..')
const wanted = process.argv.slice(2).filter((arg) => arg.startsWith('/'))
const forDocs = process.argv.includes('--docs')
if (process.argv.includes('--help')) {
  console.log(
    'npm run screenshots [-- [--docs] [/path …]]: captures to reports/console, with --docs to docs/images/console.',
  )
  process.exit(0)
}
const DOCS: readonly string[] = ['/', '/runs']
const SIZES = [
  { width: 1280, height: 800 },
  { width: 360, height: 740 },
] as const

const folder = join(root, forDocs ? 'docs/images/console' : 'reports/console')
mkdirSync(folder, { recursive: true })
await using world = await openWorld({ signIn: true })
await populate(world)
const routes = await allRoutes(world)
const shown = forDocs ? DOCS : wanted.length > 0 ? wanted : routes
for (const { width, height } of SIZES) {
  for (const theme of ['light', 'dark'] as const) {
    for (const language of ['en', 'fr'] as const) {
      await using tab = await world.signIn(LOOKER, '/', { theme, language, width, height })
      for (const route of shown) {
        await tab.page.goto(world.address + route)
        await tab.page.locator('main h1').first().waitFor()
        await tab.page.waitForTimeout(600)
        const name = route === '/' ? 'home' : route.slice(1).replace(/\W+/g, '-')
        const file = `${name}-${language}-${theme}-${width > 640 ? 'desktop' : 'phone'}.png`
        await tab.page.screenshot({ path: join(folder, file) })
        console.log(join(folder, file))
      }
      for (const trouble of tab.troubles) console.error(trouble)
    }
  }
}
