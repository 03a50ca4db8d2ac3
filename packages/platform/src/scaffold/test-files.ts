import type { AppWords } from './words.ts'

/** The tests of a new app, on both stores; by path below `apps/<id>`. */
export function testFiles({ id, camel, pascal, prefix }: AppWords): Readonly<Record<string, string>> {
  return {
    'test/world.ts': `import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Context, createPlatform, type Platform, parseConfig } from '@regie/platform'
import { sql } from 'kysely'
import { ${camel} } from '../src/app.ts'
import type { ${pascal} } from '../src/regie.ts'

const ID = '${id}'
const apps = [${camel}]

type Scope = ${pascal}

/** Every behaviour is shown on both stores. */
export const STORES = ['SQLite', 'PostgreSQL'] as const

/** The app on a platform of its own: real store, real jobs, and a clock that is moved by hand. */
export interface World extends AsyncDisposable {
  readonly platform: Platform
  /** As routes have it, in an organisation. */
  context(org?: string): Context<Scope>
  advance(ms: number): void
}

/** Opens one. */
export async function openWorld(store: (typeof STORES)[number]): Promise<World> {
  const folder = await mkdtemp(join(tmpdir(), \`regie-\${ID}-\`))
  const url = store === 'SQLite' ? undefined : await ownDatabase(folder, 'create')
  let now = Date.parse('2026-03-02T09:00:00Z')
  const env = { REGIE_DATA_DIR: folder, REGIE_ROLES: 'worker', REGIE_LOG_LEVEL: 'error' }
  const config = parseConfig(url === undefined ? env : { ...env, DATABASE_URL: url }, {}, apps)
  const clock = {
    now: () => now,
    setTimer(callback: () => void, delayMs: number) {
      const timer = setTimeout(callback, delayMs).unref()
      return () => clearTimeout(timer)
    },
  }
  const platform = await createPlatform({ config, apps, clock })
  await platform.start()
  return {
    platform,
    context: (org = config.org.id) => platform.services.context<Scope>(ID, org, { writes: 'transaction' }),
    advance(ms) {
      now += ms
    },
    async [Symbol.asyncDispose]() {
      await platform.stop()
      if (url !== undefined) await ownDatabase(folder, 'drop', url)
      await rm(folder, { recursive: true })
    },
  }
}

/** Makes or removes a database on the server of the tests. */
async function ownDatabase(folder: string, act: 'create' | 'drop', made?: string): Promise<string> {
  const server = process.env.REGIE_TEST_POSTGRES_URL ?? ''
  const url = new URL(made ?? server)
  if (made === undefined) url.pathname = \`/${prefix}\${randomUUID().replaceAll('-', '')}\`
  const config = parseConfig({ DATABASE_URL: server, REGIE_DATA_DIR: folder, REGIE_LOG_LEVEL: 'error' })
  await using platform = await createPlatform({ config, apps: [] })
  const name = sql.id(url.pathname.slice(1))
  const statement = act === 'create' ? sql\`create database \${name}\` : sql\`drop database \${name} with (force)\`
  await statement.execute(platform.database.kysely())
  return url.href
}
`,
    'test/app.test.ts': `import { beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { itemAdded, streamOf } from '../src/item/events.ts'
import { tidy } from '../src/item/jobs.ts'
import { itemView } from '../src/item/model.ts'
import { getItems, postDone, postItem } from '../src/item/routes.ts'
import { openWorld, STORES, type World } from './world.ts'

const DAY_MS = 86_400_000
const listed = z.object({ items: z.array(itemView), next: z.string() })

describe.each(STORES)('items on %s', (store) => {
  let world: World
  beforeEach(async () => {
    world = await openWorld(store)
    return () => world[Symbol.asyncDispose]()
  })

  const add = async (title: string) => itemView.parse(await postItem.handle(world.context(), { title }))
  const list = (input: object = {}, org?: string) => getItems.handle(world.context(org), getItems.input.parse(input))

  it('are listed newest first, page by page', async () => {
    const first = await add('Buy paint')
    world.advance(1)
    const second = await add('Paint the door')
    expect(await list()).toEqual({ items: [second, first] })
    const page = listed.parse(await list({ limit: 1 }))
    expect(page.items).toEqual([second])
    expect(await list({ limit: 1, cursor: page.next })).toEqual({ items: [first] })
  })

  it('are kept from other organisations', async () => {
    await add('Buy paint')
    expect(await list({}, 'elsewhere')).toEqual({ items: [] })
  })

  it('are done once', async () => {
    const { id: itemId } = await add('Buy paint')
    expect(await postDone.handle(world.context(), { itemId })).toEqual({ changed: true })
    expect(await postDone.handle(world.context(), { itemId })).toEqual({ changed: false })
    const unknown = { code: 'ITEM_UNKNOWN', status: 404 }
    await expect(postDone.handle(world.context('elsewhere'), { itemId })).rejects.toMatchObject(unknown)
  })

  it('leave an event', async () => {
    const { id: itemId } = await add('Buy paint')
    const events = await world.platform.engine.events.read(streamOf(itemId))
    expect(events).toMatchObject([{ type: itemAdded.name, data: { itemId } }])
  })

  it('are removed by the nightly job, long after they were done', async () => {
    const { id: itemId } = await add('Buy paint')
    await postDone.handle(world.context(), { itemId })
    expect(await runTidy()).toEqual({ removed: 0 })
    world.advance(91 * DAY_MS)
    expect(await runTidy()).toEqual({ removed: 1 })
    expect(await list()).toEqual({ items: [] })
  })

  async function runTidy(): Promise<unknown> {
    const { id } = await world.context().enqueue(tidy, {})
    return (await world.platform.engine.runs.wait(id)).result
  }
})
`,
  }
}
