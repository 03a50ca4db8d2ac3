// What has to hold on every page: nothing broken, nothing untranslated, usable by everybody, at any width.
import { readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { axeFindings } from './axe.ts'
import { allRoutes, DOORS, dialogsAmong, LOOKER, populate } from './routes.ts'
import { openWorld, type World } from './world.ts'

const FOREIGN_TEXT = readFileSync(new URL('./foreign-text.js', import.meta.url), 'utf8')
const LONG_MS = 400_000

let world: World
let routes: readonly string[]
beforeAll(async () => {
  world = await openWorld({ signIn: true })
  await populate(world)
  routes = await allRoutes(world)
}, LONG_MS)
afterAll(() => world?.[Symbol.asyncDispose](), LONG_MS)

/** Opens each page in turn, by the address as a link does, and tells what the look at it found. */
async function lookAtAll(looks: Parameters<World['open']>[1], look: (page: Page) => Promise<readonly string[]>) {
  await using tab = await world.signIn(LOOKER, '/', looks)
  const found: string[] = []
  for (const route of routes) {
    await tab.page.goto(world.address + route)
    await settled(tab.page)
    for (const finding of await look(tab.page)) found.push(`${route}: ${finding}`)
  }
  return [...found, ...tab.troubles]
}

/** There is a title, and nothing is loading any more. */
async function settled(page: Page): Promise<void> {
  await page.locator('main h1').first().waitFor()
  await page.locator('[data-state="loading"]').first().waitFor({ state: 'detached' })
}

// All that colours decide: everything else is the same in both themes, and they are the same in both languages.
const RULES_OF_COLOUR = ['color-contrast', 'link-in-text-block']
const LOOKS = (['light', 'dark'] as const).flatMap((theme) =>
  (['en', 'fr'] as const).map((language) => ({ theme, language })),
)

test('axe finds nothing serious on any page, light and dark', { timeout: LONG_MS }, async () => {
  // Loading a page costs most: each is looked at in both themes before the next. Colours on their way to others are none of a theme's.
  const found = await lookAtAll({ theme: 'auto' }, async (page) => {
    await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' })
    const all = await axeFindings(page)
    await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' })
    await expect.poll(() => page.evaluate('getComputedStyle(document.documentElement).colorScheme')).toBe('dark')
    const dark = await axeFindings(page, { only: RULES_OF_COLOUR })
    return [...all, ...dark.map((finding) => `dark: ${finding}`)]
  })
  expect(found).toEqual([])
})

test('axe finds nothing serious on any page in French, none is wider than a window of 320 pixels, and what its tables offer is in sight', {
  timeout: LONG_MS,
}, async () => {
  // French is the longer of the two languages. Its colours are those of English.
  const found = await lookAtAll({ language: 'fr' }, async (page) => {
    const findings = await axeFindings(page, { without: RULES_OF_COLOUR })
    await page.setViewportSize({ width: 320, height: 640 })
    await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))')
    await settled(page)
    const width = await page.evaluate<number>('document.documentElement.scrollWidth')
    const hidden = await page.evaluate<readonly string[]>(`[...document.querySelectorAll('main table :is(a, button)')]
      // Of a link that is long only the end is cut.
      .filter((each) => each.getBoundingClientRect()[each.localName === 'a' ? 'left' : 'right'] > 320)
      .map((each) => 'off screen: ' + each.textContent)`)
    await page.setViewportSize({ width: 1280, height: 860 })
    return [...findings, ...(width > 320 ? [`${width} pixels`] : []), ...hidden]
  })
  expect(found).toEqual([])
})

test('dialogs hold what axe asks for, light and dark, and give the focus back to what opened them', {
  timeout: LONG_MS,
}, async () => {
  await using tab = await world.signIn(LOOKER, '/', { theme: 'auto', height: 1_000 })
  const { page } = tab
  const found: string[] = []
  for (const { route, button, first, within } of dialogsAmong(routes)) {
    await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' })
    await page.goto(world.address + route)
    await settled(page)
    await first?.(page)
    const opener = page.getByRole('button', { name: button }).first()
    await opener.click()
    await page.getByRole('dialog').waitFor()
    await within?.(page)
    const seen = await axeFindings(page, { within: '[role="dialog"]' })
    await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' })
    const dark = await axeFindings(page, { only: RULES_OF_COLOUR, within: '[role="dialog"]' })
    found.push(...[...seen, ...dark].map((finding) => `${route} ${button}: ${finding}`))
    await page.keyboard.press('Escape')
    // The key that is shown once does not go by accident.
    if (within !== undefined) await page.getByRole('dialog').getByRole('button').last().click()
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    const back = await opener.evaluate((element) => element === element.ownerDocument.activeElement)
    if (!back) found.push(`${route} ${button}: the focus is lost`)
  }
  expect([...found, ...tab.troubles]).toEqual([])
})

test('the pages of sign-in look as the console does, hold what axe asks for, and fit into 320 pixels', {
  timeout: LONG_MS,
}, async () => {
  const found: string[] = []
  for (const { theme, language } of LOOKS) {
    await using tab = await world.open('/sign-in', { theme, language, width: 320, height: 640 })
    for (const door of DOORS) {
      await tab.page.goto(`${world.address}${door}lang=${language}`)
      await tab.page.locator('main h1').waitFor()
      expect(await tab.page.evaluate('getComputedStyle(document.documentElement).colorScheme')).toBe(theme)
      const width = await tab.page.evaluate<number>('document.documentElement.scrollWidth')
      const wide = width > 320 ? [`${width} pixels`] : []
      for (const finding of [...(await axeFindings(tab.page)), ...wide])
        found.push(`${door} ${language} ${theme}: ${finding}`)
    }
    found.push(...tab.troubles)
  }
  expect(found).toEqual([])
})

test('no text stands outside of the catalogues', { timeout: LONG_MS }, async () => {
  const found = await lookAtAll({ language: 'x-pseudo' }, (page) => page.evaluate<readonly string[]>(FOREIGN_TEXT))
  expect(found).toEqual([])
})
