import type { AnyApp } from '@regie/platform'
import fc, { type Arbitrary } from 'fast-check'
import { z } from 'zod'
import { everythingIn } from '../identity.ts'
import { type Answer, type Asking, openProduct, type Product, type STORES } from '../product.ts'
import { type Address, addressesOf, bodyOf } from './addresses.ts'
import { knownAs, type Schema, valuesOf } from './arbitrary.ts'
import { type Check, checkAnswers } from './checks.ts'
import { ODD_BODIES, ODD_PARAMETERS, ODD_QUERIES } from './oddities.ts'
import { HOME, makeThings, type Things } from './tenants.ts'
import { beginWaiting, waitingApp } from './waiting.ts'

/** Something an address did wrong, with the request that shows it. */
export interface Finding {
  readonly address: string
  readonly why: string
  readonly request: string
  readonly answer: string
}

/** What was tried and found. */
export interface FuzzReport {
  readonly findings: readonly Finding[]
  readonly requests: number
  /** Addresses that took at least one of the inputs, or refused it only for the state of the thing. */
  readonly accepted: ReadonlySet<string>
}

/** How far to go. */
export interface FuzzOptions {
  readonly seed: number
  /** Inputs made for each address. */
  readonly cases: number
  /** Only addresses whose name holds this. */
  readonly only?: string
}

interface Sent {
  readonly path: string
  readonly method: string
  readonly json?: unknown
}

interface Shooting {
  readonly product: Product
  readonly check: Check
  readonly report: { findings: Finding[]; requests: number; accepted: Set<string> }
}

/** The product as the fuzzer needs it: with a workflow to speak of. */
export function openFuzzed(store: (typeof STORES)[number], more: readonly AnyApp[] = []): Promise<Product> {
  return openProduct(store, [waitingApp, ...more])
}

/** Sends what the reference allows, what it does not, and what nobody would think of to every address of the product. */
export async function fuzz(product: Product, { seed, cases, only = '' }: FuzzOptions): Promise<FuzzReport> {
  const things = {
    ...(await makeThings(product, HOME, `Seed ${seed}`)),
    ...(await beginWaiting(product, HOME)),
    'schedules/:name': 'cleanup.temporary-files',
    'jobs/:name': 'quotes.notice',
    'projections/:name': 'quotes.history',
    'workers/:epoch': String((await product.platform.engine.workers())[0]?.epoch),
  }
  const report = { findings: [] as Finding[], requests: 0, accepted: new Set<string>() }
  const shooting: Shooting = { product, check: checkAnswers(product.document), report }
  for (const address of inOrder(addressesOf(product.document)).filter(({ name }) => name.includes(only))) {
    await tryInputs(shooting, address, things, { seed, cases })
    await tryOddities(shooting, address, things)
  }
  return report
}

// What ends things, the one that takes others along behind them: whatever comes after would find nothing left.
const ENDING = [
  /^POST .*\/cancel$/,
  // These want a session that was proven lately, which the next ones end.
  /^(?:PUT .*\/policy|DELETE .*\/sso\/settings\/\{id\})$/,
  /^DELETE (?!.*\/sso\/).*\}$/,
  // Wrong codes end the session of who guesses.
  /^POST .*\/me\/second-factor\/\S+$/,
  /^DELETE .*\w$/,
  /^POST .*\/users\/.*\/disable$/,
  /^DELETE .*\/users\/\{id\}$/,
]

function inOrder(addresses: readonly Address[]): readonly Address[] {
  const place = ({ method, path }: Address) => ENDING.findLastIndex((ending) => ending.test(`${method} ${path}`))
  return addresses.toSorted((one, other) => place(one) - place(other))
}

/** Inputs of the schema and, now and then, with one thing wrong; nobody's requests are among them. */
async function tryInputs(
  shooting: Shooting,
  address: Address,
  things: Things,
  { seed, cases }: { readonly seed: number; readonly cases: number },
): Promise<void> {
  const { product, report } = shooting
  const { endpoints, servedApart } = product.platform
  const isIt = ({ method, url }: { readonly method: string; readonly url: string }) =>
    `${method} ${url}` === address.name
  const endpoint = endpoints.find(isIt)
  // What better-auth and SAML take is theirs to say: only how they answer is compared.
  if (endpoint === undefined && !servedApart.some(isIt)) throw new Error(`${address.name} is described but not served`)
  const property = fc.asyncProperty(inputsOf(product, address, things), async (input) => {
    const sent = place(address, input)
    const answer = await shoot(shooting, address, sent)
    // What stands in the address arrives as text; what is undeclared is refused at the top.
    const read = arrived(address, input)
    const isValid = endpoint === undefined ? undefined : takes(endpoint.input, read)
    const code = (answer.json as { readonly code?: unknown } | null | undefined)?.code
    // A draft that was sent or withdrawn is used up: the input was right all the same.
    if (answer.status < 400 || answer.status === 409) report.accepted.add(address.name)
    const wrong =
      shooting.check(address, answer) ??
      (isValid === true && code === 'INPUT_INVALID' && !holdsUnkept(input)
        ? 'refused an input that its schema accepts'
        : undefined) ??
      (isValid === false && answer.status < 400 ? 'accepted an input that its schema refuses' : undefined) ??
      (answer.status === 400 && !tellsFields(answer) ? 'refused an input without saying which field' : undefined) ??
      (await afterDelete(shooting, address, sent, answer)) ??
      (await asNobody(shooting, address, sent))
    if (wrong !== undefined) throw new Error(JSON.stringify(finding(address, wrong, sent, answer)))
  })
  const { failed, errorInstance } = await fc.check(property, { seed, numRuns: cases, interruptAfterTimeLimit: 60_000 })
  if (!failed) return
  const text = errorInstance instanceof Error ? errorInstance.message : String(errorInstance)
  report.findings.push(
    text.startsWith('{')
      ? (JSON.parse(text) as Finding)
      : { address: address.name, why: text, request: '', answer: '' },
  )
}

function takes(schema: z.ZodType, read: object): boolean {
  return schema.safeParse(read).success && !('unheardOf' in read && isClosed(schema))
}

/** What declares nothing else takes nothing else. */
function isClosed(schema: z.ZodType): boolean {
  return !(schema instanceof z.ZodObject) || schema.def.catchall === undefined
}

// Of one address only: elsewhere the field names something else.
const NAMED_AT: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'PUT /api/v1/me/organisation': { id: HOME },
}

// Names that exist, by the field that gives them; no schema can say which there are.
const NAMED = { job: 'cleanup.temporary-files', signal: 'waiting.answered', from: 'reserve' }

function inputsOf(product: Product, address: Address, things: Things): Arbitrary<Readonly<Record<string, unknown>>> {
  const { requestBody } = address.operation
  const parameters = (address.operation.parameters ?? []).filter((parameter) => parameter.in !== 'header')
  const known = Object.fromEntries(Object.entries(things).map(([kind, id]) => [kind.split('/:').at(-1) ?? '', id]))
  const ids = Object.fromEntries(address.things.map((kind) => [kind.split('/:').at(-1) ?? '', things[kind] ?? '']))
  const schema: Schema = {
    type: 'object',
    properties: Object.fromEntries(parameters.map(({ name, schema: field }) => [name, field])),
    required: parameters.filter(({ required }) => required).map(({ name }) => name),
  }
  const named: Readonly<Record<string, string>> = {
    ...omit(known, ['id', 'name']),
    ...NAMED,
    ...NAMED_AT[address.name],
  }
  const inAddress = valuesOf(schema, product.document, { ...named, ...ids })
  const body = requestBody?.content[address.takes]?.schema
  const inBody = body === undefined ? fc.constant({}) : valuesOf(body, product.document, named)
  const made = fc.tuple(inAddress, inBody).map(([one, other]) => ({ ...(one as object), ...(other as object) }))
  // What a schema cannot say is in its example: that with some fields made is taken more often than all of them made.
  const example = exampleInput(address, { ...named, ...ids })
  const optional = new Set(
    Object.keys(body?.properties ?? {}).filter((name) => body?.required?.includes(name) !== true),
  )
  const mixed = fc
    .tuple(made, fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 20, maxLength: 20 }))
    .map(([all, dice]) => {
      const chosen = Object.entries(all).filter((_, index) => (dice[index % 20] ?? 0) < 2)
      // Nor can an example be right for what an app's own schema says of it: what may be left out is, half of the time.
      const given = Object.entries(example).filter(
        ([name], index) => !optional.has(name) || (dice[19 - index] ?? 0) < 5,
      )
      return { ...Object.fromEntries(given), ...Object.fromEntries(chosen) }
    })
  const valid = fc.oneof(made, mixed)
  return fc.oneof({ weight: 3, arbitrary: valid }, { weight: 2, arbitrary: spoilt(valid, address.parameters) })
}

function omit(known: Readonly<Record<string, string>>, names: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(known).filter(([name]) => !names.includes(name)))
}

/** The input of the reference's examples, about things that exist. */
function exampleInput(
  { operation, parameters, takes }: Address,
  known: Readonly<Record<string, string>>,
): Readonly<Record<string, unknown>> {
  const body = operation.requestBody?.content[takes]?.example
  const inAddress = (operation.parameters ?? []).flatMap(({ name, example }) =>
    example === undefined || (name === 'cursor' && !parameters.includes(name)) ? [] : [[name, example] as const],
  )
  const input = { ...Object.fromEntries(inAddress), ...(body as object | undefined) }
  return Object.fromEntries(Object.entries(input).map(([name, value]) => [name, knownAs(known, name) ?? value]))
}

/** One field left out, of another type, or too many; what the path needs stays. */
function spoilt(
  valid: Arbitrary<Readonly<Record<string, unknown>>>,
  kept: readonly string[],
): Arbitrary<Readonly<Record<string, unknown>>> {
  const values = fc.oneof(
    fc.jsonValue({ maxDepth: 3 }),
    fc.constantFrom<unknown>(-1, 0, 1e308, '', ' ', 'x'.repeat(6_000), [], {}, [[]], null, true, '\u0000', '\ud800'),
  )
  return fc.tuple(valid, fc.nat(), values, fc.constantFrom('drop', 'replace', 'add')).map(([input, at, value, act]) => {
    const names = Object.keys(input).filter((name) => !kept.includes(name))
    const name = names[at % Math.max(names.length, 1)]
    if (act === 'add' || name === undefined) return { ...input, unheardOf: value }
    const { [name]: _, ...rest } = input
    return act === 'drop' ? rest : { ...rest, [name]: value }
  })
}

/** Where the fields of an input go, as honest clients put them. */
function place(address: Address, input: Readonly<Record<string, unknown>>): Sent {
  const path = address.path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(wellFormed(input[name])))
  const rest = Object.entries(input).filter(([name]) => !address.parameters.includes(name))
  if (!isQuery(address)) return { path, method: address.method, json: Object.fromEntries(rest) }
  const query = new URLSearchParams()
  for (const [name, value] of rest) for (const one of inQuery(value)) query.append(name, one)
  return { path: query.size === 0 ? path : `${path}?${query}`, method: address.method }
}

/** The same as the server reads it. */
function arrived(address: Address, input: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(input).flatMap(([name, value]): (readonly [string, unknown])[] => {
      if (address.parameters.includes(name)) return [[name, wellFormed(value)]]
      if (!isQuery(address)) return [[name, JSON.parse(JSON.stringify(value)) as unknown]]
      const texts = inQuery(value)
      return texts.length === 0 ? [] : [[name, texts.length === 1 ? texts[0] : texts]]
    }),
  )
}

function isQuery({ method }: Address): boolean {
  return method === 'GET' || method === 'DELETE'
}

function inQuery(value: unknown): readonly string[] {
  return [value].flat().map(wellFormed)
}

function wellFormed(value: unknown): string {
  return (typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value)).toWellFormed()
}

/** HTTP refuses such texts before any schema: no database keeps them. */
function holdsUnkept(input: unknown): boolean {
  const text = JSON.stringify(input)
  return text.includes('\\u0000') || /\\ud[89a-f]/i.test(text)
}

function tellsFields({ json }: Answer): boolean {
  const { code, errors } = json as { readonly code: unknown; readonly errors?: object }
  return code !== 'INPUT_INVALID' || Object.keys(errors ?? {}).length > 0
}

async function shoot({ product, report }: Shooting, address: Address, sent: Sent, more: Asking = {}): Promise<Answer> {
  report.requests += 1
  const { path, json } = sent
  return product.ask(path, { method: address.method, as: everythingIn(HOME), ...bodyOf(address, json), ...more })
}

/** What is gone is gone. */
async function afterDelete(shooting: Shooting, address: Address, sent: Sent, answer: Answer) {
  if (address.method !== 'DELETE' || answer.status !== 204) return undefined
  const path = sent.path.split('?')[0] ?? ''
  const again = await shooting.product.ask(path, { as: everythingIn(HOME) })
  return again.status === 200 ? 'still shows what was deleted' : undefined
}

async function asNobody({ product, report }: Shooting, { method, permission }: Address, { path, json }: Sent) {
  if (permission === 'public' || report.requests % 5 !== 0) return undefined
  const { status } = await product.ask(path, { method, ...(json !== undefined && { json }) })
  return status === 401 ? undefined : `answered ${status} to nobody`
}

async function tryOddities(shooting: Shooting, address: Address, things: Things): Promise<void> {
  const withThings = address.path.replace(/\{(\w+)\}/g, (whole) => things[address.things[0] ?? ''] ?? whole)
  const judge = async (sent: Sent, asking: Asking, what: string) => {
    const answer = await shoot(shooting, address, sent, asking)
    const isAnswer =
      answer.status < 500 && (answer.status < 400 || typeof (answer.json as { code?: unknown })?.code === 'string')
    // Before an address is known, it has no reference: 404, 414 and such.
    const isForAddress = String(answer.status) in address.operation.responses
    const wrong = isAnswer ? (isForAddress ? shooting.check(address, answer) : undefined) : `answered ${answer.status}`
    if (wrong !== undefined) shooting.report.findings.push(finding(address, `${what}: ${wrong}`, sent, answer))
  }
  const { method } = address
  if (!isQuery(address)) {
    for (const { name, ...asking } of ODD_BODIES) await judge({ path: withThings, method }, asking, name)
  }
  if (address.parameters.length > 0) {
    for (const odd of ODD_PARAMETERS) {
      const json = isQuery(address) ? {} : { json: {} }
      await judge(
        { path: address.path.replace(/\{\w+\}/g, () => odd), method, ...json },
        {},
        `the parameter ${odd.slice(0, 40)}`,
      )
    }
  }
  for (const query of ODD_QUERIES)
    await judge({ path: `${withThings}?${query}`, method }, {}, `the query ${query.slice(0, 40)}`)
}

function finding({ name }: Address, why: string, { path, method, json }: Sent, answer: Answer): Finding {
  return {
    address: name,
    why,
    request: `${method} ${path.slice(0, 500)}${json === undefined ? '' : ` ${JSON.stringify(json).slice(0, 2_000)}`}`,
    answer: `${answer.status} ${answer.body.slice(0, 500)}`,
  }
}
