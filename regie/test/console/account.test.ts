// One's own account: second factor, passkeys, sessions, and coming in with them, in both languages.
import { readFileSync } from 'node:fs'
import { operatorOf } from '@regie/platform'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { axeFindings } from './axe.ts'
import { codeFor, readQr } from './phone.ts'
import { openWorld, PASSWORD, type Tab, type World } from './world.ts'

const LONG_MS = 120_000

let world: World
beforeAll(async () => {
  world = await openWorld({ signIn: true })
  await world.person('ada', 'owner')
  await world.person('bea', 'owner')
}, LONG_MS)
afterAll(() => world?.[Symbol.asyncDispose](), LONG_MS)

/** The account page, by the menu of the person. */
async function openAccount({ page }: Tab): Promise<void> {
  await page.getByRole('button', { name: 'Account and display' }).click()
  await page.getByRole('menuitem', { name: 'Your account' }).click()
  await page.getByRole('heading', { name: 'Your account', level: 1 }).waitFor()
}

/** The sessions of somebody began eleven minutes ago. */
async function aged(name: string): Promise<void> {
  const { users } = world.platform.identity
  const { id } = await users.show('main', `${name}@example.com`)
  type Sessions = {
    platform_session: { user_id: string; created_at: number }
    platform_factor_session: { user_id: string; shown_at: number }
  }
  const db = world.platform.database.kysely<Sessions>()
  const long = Date.now() - 11 * 60_000
  await db.updateTable('platform_session').set({ created_at: long }).where('user_id', '=', id).execute()
  await db.updateTable('platform_factor_session').set({ shown_at: long }).where('user_id', '=', id).execute()
}

test('an authenticator app is set up from the QR code, sign-in asks for it in both languages, and other sessions are ended', {
  timeout: LONG_MS,
}, async () => {
  await using tab = await world.signIn('ada')
  const { page } = tab
  await openAccount(tab)
  await page.getByLabel('Name').fill('Ada Lovelace')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('Saved.').waitFor()

  await page.getByRole('button', { name: 'Set up an authenticator app' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Current password').fill('not her password')
  await dialog.getByRole('button', { name: 'Continue' }).click()
  await dialog.getByText('This is not your password').waitFor()
  await dialog.getByLabel('Current password').fill(PASSWORD)
  await dialog.getByRole('button', { name: 'Continue' }).click()
  const app = await readQr(page, dialog.getByRole('img', { name: 'QR code' }))
  expect(app).toMatch(/^otpauth:\/\/totp\/.*Ada%20Lovelace\?secret=/)
  const secret = (await dialog.locator('code').textContent())?.replaceAll(' ', '')
  expect(new URL(app).searchParams.get('secret')).toBe(secret)
  expect(await axeFindings(page)).toEqual([])
  await dialog.getByLabel('Code of six digits').fill(codeFor(app))
  await dialog.getByRole('button', { name: 'Confirm' }).click()
  const codes = ((await dialog.locator('pre').textContent()) ?? '').trim().split('\n')
  expect(codes).toHaveLength(10)
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    dialog.getByRole('link', { name: 'Download' }).click(),
  ])
  expect(
    readFileSync(await download.path(), 'utf8')
      .trim()
      .split('\n'),
  ).toEqual(codes)
  await dialog.getByRole('button', { name: 'I have kept them' }).click()
  await page.getByText('10 backup codes are left.').waitFor()
  expect(await page.content()).not.toContain(codes[0])

  // Elsewhere, in French: the code after the password, then back to what was asked for.
  await using other = await world.open('/runs?q=state%3Afailed', { language: 'fr' })
  await other.page.locator('#email').fill('ada@example.com')
  await other.page.locator('#password').fill(PASSWORD)
  await other.page.getByRole('button', { name: 'Se connecter' }).click()
  await other.page.waitForURL(/second-factor\?.*lang=fr/)
  expect(await axeFindings(other.page)).toEqual([])
  await other.page.getByRole('textbox', { name: 'Code' }).fill('000000')
  await other.page.getByRole('button', { name: 'Continuer' }).click()
  await other.page.getByText('Ce code est faux').waitFor()
  await other.page.getByRole('textbox', { name: 'Code' }).fill(codeFor(app, 1))
  await other.page.getByRole('button', { name: 'Continuer' }).click()
  await other.page.waitForURL(/\/runs\?q=state/)
  await other.page.getByRole('heading', { name: 'Exécutions', level: 1 }).waitFor()
  // What the server refuses is said in French too.
  await other.page.goto(`${world.address}/account`)
  await other.page.getByLabel('Mot de passe actuel').fill('not her password')
  await other.page.getByLabel('Nouveau mot de passe').fill('four wiser geese')
  await other.page.getByRole('button', { name: 'Changer le mot de passe' }).click()
  await other.page.getByText('Le mot de passe n’est pas le bon.').waitFor()

  // With the phone gone, in English: a backup code, in small letters as people type them.
  await using third = await world.open('/')
  await third.page.locator('#email').fill('ada@example.com')
  await third.page.locator('#password').fill(PASSWORD)
  await third.page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await third.page.getByRole('textbox', { name: 'Code' }).fill(codes[0]?.toLowerCase() ?? '')
  await third.page.getByRole('button', { name: 'Continue' }).click()
  await third.page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor()
  // On a phone a session still says which browser it is, and where. Without a service worker nothing can be pushed, and one is told.
  await third.page.setViewportSize({ width: 320, height: 700 })
  await third.page.goto(`${world.address}/sessions`)
  await third.page.getByText('Chrome on Linux').first().waitFor()
  await third.page.getByText('· 127.0.0.1').first().waitFor()
  // A browser without a screen is never asked, and refuses.
  await third.page.addInitScript("Object.defineProperty(Notification, 'permission', { get: () => 'default' })")
  await third.page.goto(`${world.address}/account`)
  await third.page.getByRole('button', { name: 'Turn on here' }).click()
  await third.page.getByText('The console is not installed in this browser yet').waitFor()

  await page.reload()
  await page.getByText('9 backup codes are left.').waitFor()
  const sessions = page.getByRole('table', { name: 'Your sessions' })
  await expect.poll(() => sessions.getByText('Chrome on Linux').count()).toBe(3)
  await page.getByRole('button', { name: 'End all others' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'End all others' }).click()
  await page.getByText('Ended: 2.').waitFor()
  expect(await sessions.getByText('Chrome on Linux').count()).toBe(1)
  await other.page.getByText('Votre session est terminée').waitFor()

  // Another password: this session goes on, without its second factor being asked for again.
  await page.getByLabel('Current password').fill(PASSWORD)
  await page.getByLabel('New password').fill('four wiser geese')
  await page.getByRole('button', { name: 'Change the password' }).click()
  await page.getByText('The password is changed.').waitFor()
  await page.reload()
  await page.getByRole('button', { name: 'Remove', exact: true }).click()
  await page
    .getByRole('dialog')
    .getByLabel('A code of the app')
    .fill(codes[1] ?? '')
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
  await page.getByText('The second factor is removed.').waitFor()
  await page.getByRole('button', { name: 'Set up an authenticator app' }).waitFor()
  expect([...tab.troubles, ...other.troubles, ...third.troubles]).toEqual([])
})

test('somebody makes and revokes a key of their own, and asks everybody for a second factor, which they set up first themselves', {
  timeout: LONG_MS,
}, async () => {
  await world.person('cleo', 'owner')
  await using tab = await world.signIn('cleo')
  const { page } = tab
  const dialog = page.getByRole('dialog')
  await openAccount(tab)
  const mine = page.getByRole('region', { name: 'Your API keys' })
  await mine.getByText('You have no API key').waitFor()
  await mine.getByRole('button', { name: 'New key' }).click()
  await dialog.getByRole('textbox', { name: 'Name' }).fill('my script')
  await dialog.getByLabel('runs.read').check()
  // Who signed in a while ago shows that it is still them, in place, and what was typed is there.
  await aged('cleo')
  await dialog.getByRole('button', { name: 'Make the key' }).click()
  const proof = page.getByRole('dialog', { name: 'Is it still you?' })
  await proof.getByLabel('Current password').press('Escape')
  await dialog.getByText('you have not shown that it is still you').waitFor()
  await dialog.getByRole('button', { name: 'Make the key' }).click()
  await proof.getByLabel('Current password').fill('not her password')
  await proof.getByRole('button', { name: 'Continue' }).click()
  await proof.getByText('This is not your password').waitFor()
  expect(await axeFindings(page)).toEqual([])
  await proof.getByLabel('Current password').fill(PASSWORD)
  await proof.getByRole('button', { name: 'Continue' }).click()
  const key = ((await dialog.locator('pre').textContent()) ?? '').trim()
  const asked = () => fetch(`${world.address}/api/v1/runs`, { headers: { authorization: `Bearer ${key}` } })
  expect((await asked()).status).toBe(200)
  await dialog.getByRole('button', { name: 'I have copied it' }).click()
  await mine.getByText('my script').waitFor()
  expect(await axeFindings(page)).toEqual([])
  await mine.getByRole('button', { name: 'Revoke' }).click()
  await dialog.getByRole('button', { name: 'Revoke' }).click()
  await mine.getByText('You have no API key').waitFor()
  expect((await asked()).status).toBe(401)
  // The button is gone with its row: whoever works by keyboard goes on beside it.
  await expect.poll(() => page.evaluate('document.activeElement.textContent')).toBe('New key')

  await page.getByRole('link', { name: 'Users' }).click()
  const policy = page.getByRole('region', { name: 'Second factor' })
  await policy.getByText('Left to each person').waitFor()
  expect(await axeFindings(page)).toEqual([])
  await policy.getByRole('button', { name: 'Ask it of everybody…' }).click()
  await dialog.getByRole('button', { name: 'Ask it of everybody' }).click()
  await page.waitForURL(/second-factor/)
  await page.getByRole('heading', { level: 1 }).waitFor()
  await page.locator('#password').fill(PASSWORD)
  await page.locator('[type="submit"]').click()
  const app = await readQr(page, page.locator('#qr'))
  expect(await axeFindings(page)).toEqual([])
  await page.locator('#code').fill(codeFor(app))
  await page.locator('[type="submit"]').click()
  await page.locator('#codes').waitFor()
  expect(((await page.locator('#codes').textContent()) ?? '').split('\n')).toHaveLength(10)
  await page.locator('[type="submit"]').click()
  await page.getByRole('region', { name: 'Second factor' }).getByText('Asked of everybody').waitFor()
  const operator = operatorOf(world.platform.config.org.id)
  expect(await world.platform.identity.factors.isRequired(operator.org)).toBe(true)
  await world.platform.identity.factors.setRequired(operator, false)
  expect(tab.troubles).toEqual([])
})

test('a passkey is added, signs in alone, shows that it is still you, and is removed', {
  timeout: LONG_MS,
}, async () => {
  await using tab = await world.signIn('bea')
  const { page } = tab
  const devtools = await page.context().newCDPSession(page)
  await devtools.send('WebAuthn.enable')
  await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  })
  await openAccount(tab)
  await page.getByRole('button', { name: 'Add a passkey' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('What it is called').fill('Laptop')
  await dialog.getByLabel('Current password').fill(PASSWORD)
  await dialog.getByRole('button', { name: 'Add a passkey' }).click()
  const passkeys = page.getByRole('table', { name: 'Passkeys' })
  await passkeys.getByText('Laptop').waitFor()

  await page.getByRole('button', { name: 'Sign out' }).first().click()
  await page.waitForURL(/\/sign-in/)
  for (const [language, words] of [
    ['fr', 'Utiliser une clé d’accès'],
    ['en', 'Use a passkey'],
  ] as const) {
    await page.goto(`${world.address}/sign-in?lang=${language}&next=%2Faccount`)
    await page.getByRole('button', { name: words }).click()
    await page.waitForURL(/\/account$/)
    await page.getByRole('heading', { name: 'Your account', level: 1 }).waitFor()
    // When it was last used, and when it was added.
    await passkeys.locator('time').nth(1).waitFor()
    if (language === 'en') break
    await page.getByRole('button', { name: 'Sign out' }).first().click()
    await page.waitForURL(/\/sign-in/)
  }
  await page.getByRole('button', { name: 'New key' }).click()
  await dialog.getByRole('textbox', { name: 'Name' }).fill('by passkey')
  await dialog.getByLabel('runs.read').check()
  await aged('bea')
  await dialog.getByRole('button', { name: 'Make the key' }).click()
  await page.getByRole('dialog', { name: 'Is it still you?' }).getByRole('button', { name: 'Use a passkey' }).click()
  await dialog.getByRole('button', { name: 'I have copied it' }).click()

  await passkeys.getByRole('button', { name: 'Remove' }).click()
  await dialog.getByLabel('Current password').fill(PASSWORD)
  await dialog.getByRole('button', { name: 'Remove' }).click()
  await page.getByText('There is no passkey yet').waitFor()
  expect(tab.troubles).toEqual([])
})
