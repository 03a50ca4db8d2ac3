import { z } from 'zod'
import type { Duration } from '../duration.ts'

const id = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, 'use letters, digits, - and _, at most 64')
const duration = z
  .string()
  .regex(/^\d+(?:\.\d+)?(?:ms|s|m|h|d)$/, "write a number and a unit, such as '30s', '5m' or '7d'")
  .meta({ description: 'A number and a unit: 30s, 5m, 7d.' }) as unknown as z.ZodType<Duration, Duration>
const expression = z.string().min(1).max(2_000).meta({ description: 'An expression: input.total > 100' })
const text = z.string().max(20_000).meta({ description: 'Text with places to fill in: Hello {{ input.name }}' })
const value = z
  .json()
  .meta({ description: 'JSON in which each text may have places to fill in: {{ nodes.fetch.total }}' })
const name = z.string().min(1).max(100)

/** What every node may have beside its own fields; a visual editor keeps its coordinates here. */
const common = {
  id,
  title: z.string().max(200).optional(),
  description: z.string().max(2_000).optional(),
  position: z.strictObject({ x: z.number(), y: z.number() }).optional(),
}

const retry = z.strictObject({
  attempts: z.int().min(1).max(50).optional(),
  backoff: z.enum(['exponential', 'fixed']).optional(),
  base: duration.optional(),
  max: duration.optional(),
  jitter: z.enum(['full', 'none']).optional(),
})

const attempts = { retry: retry.optional(), timeout: duration.optional() }

const start = z.strictObject({ ...common, type: z.literal('start') })

const task = z.strictObject({
  ...common,
  type: z.literal('task'),
  job: name,
  input: value.optional(),
  queue: name.optional(),
  priority: z.enum(['urgent', 'high', 'normal', 'low']).optional(),
  delay: duration.optional(),
  deadline: duration.optional(),
})

const workflow = z.strictObject({
  ...common,
  type: z.literal('workflow'),
  workflow: name,
  input: value.optional(),
  deadline: duration.optional(),
})

const condition = z.strictObject({ ...common, type: z.literal('condition'), if: expression })

const parallel = z.strictObject({
  ...common,
  type: z.literal('parallel'),
  join: id.meta({ description: 'The join at which all branches meet.' }),
  concurrency: z.int().min(1).max(100).optional(),
})

const join = z.strictObject({ ...common, type: z.literal('join') })

const forEach = z.strictObject({
  ...common,
  type: z.literal('for-each'),
  items: expression,
  concurrency: z.int().min(1).max(100).default(1),
})

const wait = z.strictObject({
  ...common,
  type: z.literal('wait'),
  for: duration.optional(),
  until: expression.optional().meta({ description: 'An instant in milliseconds since 1970 UTC, or as an ISO text.' }),
  signal: name.optional(),
  key: text.optional(),
  timeout: duration.optional(),
})

const approval = z.strictObject({
  ...common,
  type: z.literal('approval'),
  who: z.union([text.min(1), z.array(text.min(1)).min(1).max(100)]),
  what: text.min(1),
  timeout: duration.optional(),
})

const http = z.strictObject({
  ...common,
  type: z.literal('http'),
  method: z.enum(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']).default('GET'),
  url: text.min(1),
  headers: z.record(z.string().regex(/^[A-Za-z0-9-]{1,100}$/, 'is no header name'), text).optional(),
  body: value.optional(),
  expect: z.array(z.int().min(100).max(599)).min(1).max(50).optional(),
  ...attempts,
})

const notify = z.strictObject({
  ...common,
  type: z.literal('notify'),
  channel: name,
  to: z.union([text.min(1), z.array(text.min(1)).min(1).max(100)]).optional(),
  subject: text.optional(),
  message: text.min(1),
  ...attempts,
})

const script = z.strictObject({
  ...common,
  type: z.literal('script'),
  function: name,
  input: value.optional(),
  ...attempts,
})

const end = z.strictObject({
  ...common,
  type: z.literal('end'),
  outcome: z.enum(['success', 'failure']).default('success'),
  result: value.optional(),
  message: text.optional(),
})

/** A node of a graph. */
export const graphNode = z.discriminatedUnion('type', [
  start,
  task,
  workflow,
  condition,
  parallel,
  join,
  forEach,
  wait,
  approval,
  http,
  notify,
  script,
  end,
])

/** An edge of a graph; `on` is the way out of its first node that it stands for. */
export const graphEdge = z.strictObject({
  id: z.string().max(200).optional(),
  from: id,
  to: id,
  on: z.enum(['next', 'error', 'true', 'false', 'branch', 'each', 'approved', 'rejected', 'timeout']).default('next'),
})
