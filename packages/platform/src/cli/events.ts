import { type AnyEventType, cursorOf, type RecordedEvent, type StreamStatus } from '@regie/engine'
import { nearest } from '../config/nearest.ts'
import { command } from './command.ts'
import { choice, flag, text, texts, whole } from './option.ts'
import type { Session } from './session.ts'
import { paint, type Screen } from './style.ts'
import { facts, table } from './table.ts'
import { localTime } from './time.ts'
import { usageError } from './usage.ts'

const org = text('<id>', 'Of this organisation (default: the configured one)')

/** `regie events streams` */
export const eventsStreams = command({
  name: 'events streams',
  summary: 'List the streams of events, in the order of their names',
  options: {
    prefix: text('<text>', 'Whose name begins so'),
    state: choice(['open', 'closed', 'archived'], 'In this state'),
    org,
    limit: whole('How many', { min: 1, max: 200, fallback: 50 }),
    after: text('<page>', 'The page after: what the one before said'),
  },
  examples: ['events streams --prefix quote-'],
  async run({ options, session }) {
    const { engine } = await session.open()
    const { limit, after, ...filter } = options
    const page = { limit, ...(after !== undefined && { after }) }
    const { streams, next } = await engine.events.streams(given(filter), page)
    const more = next === undefined ? '' : `There are more: --after ${next}\n`
    return {
      json: { items: streams, ...(next !== undefined && { next }) },
      text: (screen) => (streams.length === 0 ? 'No stream matches.\n' : streamsText(screen, streams) + more),
    }
  },
})

/** `regie events show` */
export const eventsShow = command({
  name: 'events show',
  summary: 'Show the events of one stream, in the shape of their newest version',
  about: 'Personal fields of somebody who was forgotten show placeholders.',
  parameters: { stream: { about: 'the name of a stream, see events streams' } },
  options: {
    after: whole('After this version of the stream', { min: 0, max: 999_999_999, fallback: 0 }),
    limit: whole('How many', { min: 1, max: 1_000, fallback: 200 }),
    org,
  },
  examples: ['events show quote-42', 'events show quote-42 --json'],
  async run({ words, options, session }) {
    const { engine } = await session.open()
    const { after, limit, org: whose } = options
    const own = given({ org: whose })
    const status = await engine.events.stream(words.stream, own)
    const events = await engine.events.read(words.stream, { after, limit, ...own })
    const last = events.at(-1)?.version ?? status.version
    const more = last < status.version ? `There are more: --after ${last}\n` : ''
    return {
      json: { stream: status, events },
      text: (screen) => statusText(screen, status) + eventsText(screen, events) + more,
    }
  },
})

/** `regie events replay` */
export const eventsReplay = command({
  name: 'events replay',
  summary: 'Write the events of the whole store as lines of JSON, in its order',
  about:
    'Each line has a `cursor`: with --after it goes on behind that event. Personal fields are readable in what it writes, except of those who were forgotten.',
  options: {
    after: text('<cursor>', 'Only what comes after this place'),
    type: texts('<name>', 'Only events of this type; may be repeated'),
    prefix: text('<text>', 'Only of streams whose name begins so'),
    org: text('<id>', 'Only of this organisation (default: all)'),
    limit: whole('At most so many; 0 for all', { min: 0, max: 999_999_999, fallback: 0 }),
    count: flag('Only count them'),
  },
  examples: ['events replay > events.jsonl', 'events replay --type quotes.sent --after 0.1 --limit 100'],
  async run({ options, session }) {
    const { engine } = await session.open()
    const { type, limit, count, ...filter } = options
    checkCursor(filter.after)
    const types = type.length === 0 ? {} : { types: type.map((name) => eventType(session, name)) }
    let events = 0
    for await (const event of engine.events.replay({ ...given(filter), ...types })) {
      if (!count) session.world.stdout.write(line(event))
      events++
      if (events % 10_000 === 0) session.note(`${events} events, ${localTime(event.at)}`)
      if (events === limit) break
    }
    if (count) return { json: { events }, text: () => `${events} events.\n` }
    return { json: undefined, text: () => '' }
  },
})

function checkCursor(typed: string | undefined): void {
  if (typed === undefined || /^\d{1,16}\.\d{1,16}$/.test(typed)) return
  throw usageError(`--after is ${JSON.stringify(typed)}: pass the cursor of an earlier line, such as 0.1`)
}

function line(event: RecordedEvent): string {
  const { position, org: whose, stream, version, type, at, data, meta, person, runId, erased } = event
  const place = { position, cursor: cursorOf(event), org: whose, stream, version, type, at: new Date(at).toISOString() }
  return `${JSON.stringify({ ...place, data, meta, person, runId, ...(erased && { erased }) })}\n`
}

function eventType({ product }: Session, name: string): AnyEventType {
  const types = product.apps.flatMap(({ events = [] }) => events)
  const found = types.find((type) => type.name === name)
  if (found !== undefined) return found
  const near = nearest(
    name,
    types.map((type) => type.name),
  )
  throw usageError(`there is no event type ${name}${near === undefined ? '' : `; did you mean ${near}?`}`)
}

/** Without what was not typed. */
function given<T extends object>(options: T): { [Key in keyof T]?: Exclude<T[Key], undefined> } {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as {
    [Key in keyof T]?: Exclude<T[Key], undefined>
  }
}

function streamsText(screen: Screen, streams: readonly StreamStatus[]): string {
  return table<StreamStatus>(
    screen,
    [
      { title: 'STREAM', value: ({ name }) => name },
      { title: 'EVENTS', value: ({ version }) => String(version), align: 'right' },
      { title: 'STATE', value: ({ state }) => state },
      { title: 'BEGAN', value: ({ createdAt }) => localTime(createdAt) },
      { title: 'LAST', value: ({ updatedAt }) => localTime(updatedAt) },
    ],
    streams,
  )
}

function statusText(screen: Screen, { name, org: whose, version, state, archivedAt }: StreamStatus): string {
  const events = archivedAt === undefined ? String(version) : `${version}, handed out ${localTime(archivedAt)}`
  return [
    `${paint(screen, 'strong', name)}  ${state}\n\n`,
    facts(screen, [
      ['Organisation', whose],
      ['Events', events],
    ]),
    '\n',
  ].join('')
}

function eventsText(screen: Screen, events: readonly RecordedEvent[]): string {
  if (events.length === 0) return 'No event.\n'
  return table<RecordedEvent>(
    screen,
    [
      { title: '#', value: ({ version }) => String(version), align: 'right' },
      { title: 'POSITION', value: ({ position }) => String(position), align: 'right' },
      { title: 'WHEN', value: ({ at }) => localTime(at) },
      { title: 'TYPE', value: ({ type }) => type },
      { title: 'DATA', value: ({ data }) => JSON.stringify(data) },
    ],
    events,
  )
}
