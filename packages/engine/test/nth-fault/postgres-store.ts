import { openDatabase } from '@regie/engine'
import type { ConformanceStore } from '@regie/engine/testing'
import pg from 'pg'
import type { Injector } from './injector.ts'
import { type FaultStore, migrateEngine } from './scene.ts'

// Aborts the open transaction, as any error of the server does.
const REFUSAL = "do $$ begin raise exception 'refused by the test' using errcode = 'XX000'; end $$"

interface Cuttable {
  once(event: 'end', listener: () => void): unknown
  readonly connection: { readonly stream: { destroy(): void } }
}

/** PostgreSQL, whose clients pass each statement through the injector. */
export function postgresFaults(injector: Injector, store: ConformanceStore): FaultStore {
  const prototype: Pick<pg.Client, 'query'> = pg.Client.prototype
  const original = prototype.query as (...args: unknown[]) => Promise<unknown>
  return {
    name: 'PostgreSQL',
    ways: ['refused', 'cut before', 'cut after'],
    async prepare() {
      const { source } = await store.openSource()
      await migrateEngine(await openDatabase(source))
      prototype.query = injected(original, injector) as unknown as pg.Client['query']
    },
    async open() {
      const { source } = await store.openSource()
      return { source, database: await openDatabase(source) }
    },
    async close() {
      prototype.query = original as unknown as pg.Client['query']
    },
  }
}

function injected(original: (...args: unknown[]) => Promise<unknown>, injector: Injector) {
  return function query(this: unknown, ...args: unknown[]): unknown {
    const way = injector.next(textOf(args[0]))
    if (way === undefined) return original.apply(this, args)
    const callback = args.findLast(isCallback)
    if (way === 'refused') return original.apply(this, callback === undefined ? [REFUSAL] : [REFUSAL, callback])
    if (way === 'cut before') void cut(this as Cuttable)
    if (way === 'cut before') return original.apply(this, args)
    const lost = new Error('Connection terminated unexpectedly')
    if (callback === undefined)
      return original.apply(this, args).then(async () => {
        await cut(this as Cuttable)
        throw lost
      })
    const answer = (): void => void cut(this as Cuttable).then(() => callback(lost))
    return original.apply(
      this,
      args.map((each) => (each === callback ? answer : each)),
    )
  }
}

type Callback = (error: Error) => void

function isCallback(argument: unknown): argument is Callback {
  return typeof argument === 'function'
}

function textOf(query: unknown): string {
  if (typeof query === 'string') return query
  return typeof query === 'object' && query !== null && 'text' in query ? String(query.text) : 'unknown'
}

/** Resolves once the client has noticed. */
function cut(client: Cuttable): Promise<void> {
  return new Promise((resolve) => {
    client.once('end', resolve)
    client.connection.stream.destroy()
  })
}
