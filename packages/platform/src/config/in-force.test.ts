import { expect, test } from 'vitest'
import { parseConfig } from './parse.ts'

test('a setting is shown with its value, a secret only as set', () => {
  const { inForce } = parseConfig({ REGIE_PORT: '8123', REGIE_METRICS_TOKEN: 'sesame-opens-the-gate' })
  const of = (name: string) => inForce.find((setting) => setting.name === name)
  expect(of('port')).toMatchObject({ variable: 'REGIE_PORT', isSet: true, value: '8123' })
  expect(of('metricsToken')).toMatchObject({ secret: true, isSet: true })
  expect(of('smtpUrl')).toMatchObject({ secret: true, isSet: false })
  expect(JSON.stringify(inForce)).not.toContain('sesame')
})
