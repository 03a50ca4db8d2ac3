import { quotes } from '@regie/quotes'
import { describe, expect, it } from 'vitest'
import { openCli, STORES } from './cli.ts'

it('lists apps, whether they are on, and what each has', async () => {
  await using cli = await openCli('SQLite')
  expect((await cli.run('apps list')).out).toMatch(/quotes +Quotes +on +0003-seller +18 +5 +2 +6\n/)
  const { json } = await cli.json('apps', { env: { REGIE_APPS: 'none' } })
  expect(json.items).toMatchObject([
    {
      id: 'quotes',
      on: false,
      permissions: { 'quotes.quote.read': { en: 'See quotes', fr: 'Voir les devis' } },
      roles: { reader: ['quotes.client.read', 'quotes.quote.read'] },
      pages: [{ id: 'quotes' }, { id: 'clients' }],
      slos: expect.arrayContaining([expect.objectContaining({ name: 'quotes.quotes-arrive', kind: 'job' })]),
    },
  ])
  const { exit, err } = await cli.run('apps list', { env: { REGIE_APPS: 'qoutes' } })
  expect(exit).toBe(2)
  expect(err).toContain('REGIE_APPS: there is no app qoutes: choose from quotes')
})

describe.each(STORES)('the doctor on %s', (store) => {
  it('asks the apps too, and takes their advice as a warning', async () => {
    await using cli = await openCli(store)
    await cli.run('migrate up')
    const probe = () => Promise.reject(new Error('no paper is left: buy some'))
    const checks = [...quotes.checks, { name: 'paper', advisory: true, probe }, { name: 'ink', probe }]
    const { json, exit } = await cli.json('doctor', { apps: [{ ...quotes, checks }] })
    expect(json.findings).toEqual(
      expect.arrayContaining([
        { check: 'quotes.sendings', level: 'ok', message: 'as it should be' },
        { check: 'quotes.paper', level: 'warn', message: 'no paper is left: buy some' },
        { check: 'quotes.ink', level: 'fail', message: 'no paper is left: buy some' },
      ]),
    )
    expect(exit).toBe(1)
  })
})
