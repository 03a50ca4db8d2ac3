// The fuzzer is worth nothing unless it finds faults: here is an app that has one of each kind.
import { builders } from '@regie/platform'
import { expect, it } from 'vitest'
import { z } from 'zod'
import { fuzz, openFuzzed } from './abuse/fuzz.ts'

interface Faulty {
  readonly db: object
  readonly config: object
  readonly permission: 'fault.read'
}

const { defineApp, route } = builders<Faulty>('faulty')
const get = { method: 'GET', permission: 'fault.read', output: z.object({ length: z.int() }) } as const
const word = z.object({ word: z.string().max(20) })

const faulty = defineApp({
  title: 'Faulty',
  config: z.strictObject({}),
  migrations: {},
  permissions: { 'fault.read': 'See faults' },
  jobs: [],
  schedules: [],
  personalData: [],
  stuckOperations: [],
  events: [],
  projections: [],
  workflows: [],
  reactions: [],
  roles: {},
  checks: [],
  slos: [],
  pages: [],
  routes: [
    route({
      ...get,
      path: '/crash',
      summary: 'Breaks on an empty word',
      input: word,
      async handle(_, { word: text }) {
        if (text === '') throw new TypeError('nobody thought of that')
        return { length: text.length }
      },
    }),
    route({
      ...get,
      path: '/undocumented',
      summary: 'Refuses as its reference does not say',
      input: word,
      async handle() {
        throw Object.assign(new Error('a teapot'), { status: 418, code: 'TEAPOT' })
      },
    }),
    route({
      ...get,
      path: '/wrong-answer',
      summary: 'Answers something else than it declares',
      input: word,
      handle: async (_, { word: text }) => ({ length: (text.length > 3 ? 'long' : 1) as number }),
    }),
    route({
      ...get,
      path: '/late-refusal',
      summary: 'Refuses what its schema accepts',
      input: word,
      async handle() {
        throw Object.assign(new Error('word: too odd'), {
          status: 400,
          code: 'INPUT_INVALID',
          issues: [{ path: 'word', code: 'odd', message: 'too odd' }],
        })
      },
    }),
    route({
      ...get,
      path: '/sound',
      summary: 'Has no fault',
      input: word,
      handle: async (_, input) => ({ length: input.word.length }),
    }),
  ],
})

it('every planted fault is found, with the request that shows it, and nothing where there is none', {
  timeout: 60_000,
}, async () => {
  await using product = await openFuzzed('SQLite', [faulty])
  const { findings } = await fuzz(product, { seed: 7, cases: 100, only: '/api/v1/faulty/' })
  const foundAt = (path: string) => findings.filter(({ address }) => address.endsWith(path)).map(({ why }) => why)
  expect(foundAt('/crash')).toContain('answered 500')
  expect(findings.find(({ address }) => address.endsWith('/crash'))?.request).toMatch(
    /^GET \/api\/v1\/faulty\/crash\?word=/,
  )
  expect(foundAt('/undocumented')).toContain('answered 418, which is not documented')
  expect(foundAt('/wrong-answer')).toContain('answered 500')
  expect(foundAt('/late-refusal')).toContain('refused an input that its schema accepts')
  expect(foundAt('/sound')).toEqual([])
})
