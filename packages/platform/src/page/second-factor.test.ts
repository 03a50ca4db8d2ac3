import { expect, test } from 'vitest'
import { openTestPlatform } from '../app/platform.testing.ts'
import { send } from '../http/request.testing.ts'

test('the page of second factors speaks both languages and loads nothing but our own scripts', async () => {
  await using world = await openTestPlatform()
  const { address = '' } = await world.platform.start()
  const english = await send(address, '/second-factor?lang=en')
  expect(english.body).toContain('Second factor')
  expect((await send(address, '/second-factor?lang=fr')).body).toContain('Second facteur')
  const signIn = await send(address, '/sign-in?lang=en')
  const scripts = [...`${english.body}${signIn.body}`.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(
    ([, path]) => path,
  )
  expect(scripts).toEqual(expect.arrayContaining(['/assets/second-factor.js', '/assets/other-ways.js']))
  for (const path of [...scripts, '/assets/passkey.js'])
    expect((await send(address, String(path))).status, path).toBe(200)
  expect(english.body).not.toMatch(/<script>|onclick|style="/)
})
