import { expect, test } from 'vitest'
import { z } from 'zod'
import { parseConfig } from './parse.ts'

test('a setting is shown with its value, a secret only as set', () => {
  const { inForce } = parseConfig({ REGIE_PORT: '8123', REGIE_METRICS_TOKEN: 'sesame-opens-the-gate' })
  const of = (name: string) => inForce.find((setting) => setting.name === name)
  expect(of('port')).toMatchObject({ variable: 'REGIE_PORT', isSet: true, value: '8123' })
  expect(of('metricsToken')).toMatchObject({ secret: true, isSet: true })
  expect(of('smtpUrl')).toMatchObject({ secret: true, isSet: false })
  expect(JSON.stringify(inForce)).not.toContain('sesame')
})

test('a setting of an app is shown with what it is for, its default and who has said it; a secret by mark or by name is not', () => {
  const config = z.strictObject({
    days: z.int().default(30).meta({ description: 'Kept for so long.', french: 'Gardé autant de jours.' }),
    printers: z.array(z.string()).default(['a', 'b']),
    apiToken: z.string().optional(),
    pin: z.string().default('0000').meta({ secret: true }),
    passwordRule: z.string().default('long').meta({ secret: false }),
  })
  const env = { REGIE_APP_SHOP: '{"days":7,"apiToken":"sesame"}', REGIE_ORG_NAME: 'Ours' }
  const { inForce } = parseConfig(env, { port: 8123, apps: { shop: { days: 9, pin: '1234' } } }, [
    { id: 'shop', config },
  ])
  const of = (name: string) => inForce.find((setting) => setting.name === name)
  expect(of('port')).toMatchObject({ source: 'file', value: '8123', fallback: '7070' })
  expect(of('orgName')).toMatchObject({ source: 'environment' })
  expect(inForce.filter(({ app }) => app === 'shop')).toEqual([
    {
      ...{ name: 'apps.shop.days', variable: 'REGIE_APP_SHOP', app: 'shop', source: 'environment', secret: false },
      ...{ about: 'Kept for so long.', french: 'Gardé autant de jours.', isSet: true, value: '7', fallback: '30' },
    },
    expect.objectContaining({ source: 'default', value: 'a, b', fallback: 'a, b', about: '' }),
    expect.objectContaining({ name: 'apps.shop.apiToken', secret: true, isSet: true }),
    expect.objectContaining({ name: 'apps.shop.pin', source: 'file', secret: true, isSet: true }),
    expect.objectContaining({ secret: false, value: 'long' }),
  ])
  expect(JSON.stringify(inForce.filter(({ app }) => app === 'shop'))).not.toMatch(/sesame|1234|0000/)
})
