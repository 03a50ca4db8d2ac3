import { expect, test } from 'vitest'
import { parseConfig } from './parse.ts'

const rateCounts = (env: Readonly<Record<string, string>>) => parseConfig(env).http.rateCounts.kind
const PG = { DATABASE_URL: 'postgres://regie:secret@127.0.0.1/regie' }
const REDIS = { REGIE_REDIS_URL: 'redis://:hunter2@127.0.0.1:6379' }

test('requests are counted where all who share the limit see them, unless it is said where', () => {
  expect(rateCounts({})).toBe('memory')
  expect(rateCounts({ REGIE_PROCESSES: '2' })).toBe('database')
  expect(rateCounts(PG)).toBe('database')
  expect(rateCounts({ ...PG, ...REDIS })).toBe('redis')
  expect(rateCounts({ ...PG, ...REDIS, REGIE_RATE_STORE: 'memory' })).toBe('memory')
})

test('counting in Redis needs its address', () => {
  expect(() => parseConfig({ REGIE_RATE_STORE: 'redis' })).toThrow('REGIE_REDIS_URL: is not set')
})

test('the usual limit is a number of requests and a time, or off', () => {
  expect(parseConfig({}).http.rateLimit).toEqual({ max: 3_000, per: '60s' })
  expect(parseConfig({ REGIE_RATE_LIMIT: '5/1m' }).http.rateLimit).toEqual({ max: 5, per: '1m' })
  expect(parseConfig({ REGIE_RATE_LIMIT: 'off' }).http).not.toHaveProperty('rateLimit')
  for (const text of ['0/60s', '5', '5/soon', 'many/60s'])
    expect(() => parseConfig({ REGIE_RATE_LIMIT: text })).toThrow('REGIE_RATE_LIMIT')
})

test('what one address may try to come in is limited apart', () => {
  expect(parseConfig({ REGIE_RATE_LIMIT: 'off' }).http.signInRateLimit).toEqual({ max: 60, per: '60s' })
  expect(parseConfig({ REGIE_SIGN_IN_RATE_LIMIT: 'off' }).http).not.toHaveProperty('signInRateLimit')
})

test.each([
  '*',
  'https://*.example.com',
  'https://app.example.com/',
  'app.example.com',
  'null',
  'https://app.example.com:443',
])('%s is no origin that may use the API with credentials', (origin) => {
  expect(() => parseConfig({ REGIE_CORS_ORIGINS: origin })).toThrow('REGIE_CORS_ORIGINS')
})

test('several origins are separated by commas', () => {
  const { corsOrigins } = parseConfig({ REGIE_CORS_ORIGINS: 'https://a.example.com, http://localhost:5173' }).http
  expect(corsOrigins).toEqual(['https://a.example.com', 'http://localhost:5173'])
})
