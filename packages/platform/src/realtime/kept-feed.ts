import { AsyncResource } from 'node:async_hooks'
import { type Clock, type Database, isEngineError, type Logger } from '@regie/engine'
import { newId } from '../id.ts'
import type { Bus } from './bus.ts'
import type { Feed } from './feed.ts'
import type { ChannelSet, Message } from './message.ts'
import { givePositions, openHead, pruneMessages, readChannels, readHead, readMessages } from './store/messages.ts'

/** What the feed of kept messages is made of. */
export interface KeptFeedOptions {
  readonly database: Database
  readonly clock: Clock
  readonly log: Logger
  /** Is handed every message once, in order. */
  readonly heard: (message: Message) => void
  /** Tells the other processes that there is something new. */
  readonly bus: () => Bus | undefined
  /** How long messages can be resumed from, in milliseconds. Default ten minutes. */
  readonly keepMs?: number
  /** How often to look without having been told, in milliseconds. Default 2,000. */
  readonly lookMs?: number
}

const BATCH = 500
const TEN_MINUTES = 600_000

/**
 * Messages in the database, heard in one order by all processes. Each process runs this loop: what was committed gets its
 * positions (by whoever comes first), then everything after the cursor is handed over. A notification only wakes it.
 */
export class KeptFeed implements Feed {
  readonly #options: KeptFeedOptions
  // Begun by a commit, the loop must not count as part of that transaction.
  readonly #outside = new AsyncResource('RegieKeptFeed')
  #epoch = ''
  #cursor = 0
  #reading = false
  #again = false
  #pump: Promise<void> | undefined
  #stopTimer: (() => void) | undefined
  #looks = 0
  #stopped = false

  constructor(options: KeptFeedOptions) {
    this.#options = options
  }

  get epoch(): string {
    return this.#epoch
  }

  get cursor(): number {
    return this.#cursor
  }

  /** Takes its place at the end of what there is. Without it only positions are given, as for a command that ends at once. */
  async start(): Promise<void> {
    const { database, clock } = this.#options
    const { epoch, head } = await openHead(database, newId(clock.now()))
    this.#epoch = epoch
    this.#cursor = head
    this.#reading = true
    this.#stopped = false
    this.#schedule()
  }

  /** Something may have been committed. */
  nudge(): void {
    void this.catchUp().catch(() => {})
  }

  /** The same, awaited: what was committed before the call has been handed over. */
  async catchUp(): Promise<void> {
    if (this.#stopped) return
    this.#again = true
    this.#pump ??= this.#outside.runInAsyncScope(() => this.#run())
    await this.#pump
  }

  read(set: ChannelSet, after: number, upTo: number, limit: number): Promise<readonly Message[]> {
    return readChannels(this.#options.database, set, { after, upTo, limit })
  }

  async forgotten(): Promise<number> {
    return (await readHead(this.#options.database)).pruned
  }

  async stop(): Promise<void> {
    this.#stopTimer?.()
    await this.#pump?.catch(() => {})
    this.#stopped = true
  }

  async #run(): Promise<void> {
    try {
      while (this.#again) {
        this.#again = false
        await this.#giveAll()
        if (this.#reading) await this.#readAll()
      }
    } catch (err) {
      if (!isEngineError(err, 'ENGINE_STOPPED')) this.#options.log.warn({ err }, 'live messages wait for the database')
      throw err
    } finally {
      this.#pump = undefined
    }
  }

  async #giveAll(): Promise<void> {
    const { database, bus } = this.#options
    let given = BATCH
    let some = false
    while (given === BATCH) {
      given = await givePositions(database, BATCH)
      some ||= given > 0
    }
    if (some) bus()?.announce()
  }

  async #readAll(): Promise<void> {
    const { database, heard } = this.#options
    let messages: readonly Message[]
    do {
      messages = await readMessages(database, this.#cursor, BATCH)
      for (const message of messages) {
        this.#cursor = message.position
        heard(message)
      }
    } while (messages.length === BATCH)
  }

  #schedule(): void {
    const { clock, database, keepMs = TEN_MINUTES, lookMs = 2_000 } = this.#options
    this.#stopTimer = clock.setTimer(() => {
      this.nudge()
      // About once a minute, whoever comes first.
      this.#looks += 1
      if (this.#looks % 30 === 0) void pruneMessages(database, clock.now() - keepMs).catch(() => {})
      if (!this.#stopped) this.#schedule()
    }, lookMs)
  }
}
