import { randomUUID } from 'node:crypto'
import type { WebSocket } from 'ws'
import type { Credentials } from '../auth/identity.ts'
import type { Principal } from '../auth/principal.ts'
import type { RealtimeGround } from '../realtime/ground.ts'
import type { Sink, Subscription } from '../realtime/hub.ts'
import type { Message } from '../realtime/message.ts'
import type { Visit } from '../realtime/sessions.ts'
import type { AnyTopic } from '../realtime/topic.ts'
import { mayHear } from '../realtime/topics.ts'
import { answerCommand } from './commands.ts'
import { publicationFrame, pushFrame } from './frames.ts'
import { type Command, commandSchema, DISCONNECTS, type Disconnect, UNSUBSCRIBED } from './protocol.ts'

/** One subscription of a connection. */
interface Held {
  readonly topic: AnyTopic
  /** It is heard because it is about what is the listener's own. */
  readonly own: boolean
  readonly subscription: Subscription
}

const PING = '{}'
const DRAIN_LOOK_MS = 20
// How long a client that is cut off has to read why.
const GRACE_MS = 5_000

/** One client: its commands one after another, and what is sent to it. */
export class Connection {
  readonly id = randomUUID()
  readonly ground: RealtimeGround
  readonly credentials: Credentials
  /** Those of one seat are pinged together. */
  readonly seat: number
  readonly #socket: WebSocket
  readonly #held = new Map<string, Held>()
  #principal: Principal | undefined
  #leave: (() => void) | undefined
  #freePlace: (() => void) | undefined
  #work: Promise<void> | undefined
  #waiting = 0
  #isAlive = true
  #over = false

  constructor(socket: WebSocket, ground: RealtimeGround, credentials: Credentials, seat: number) {
    this.#socket = socket
    this.seat = seat
    this.ground = ground
    this.credentials = credentials
    socket.on('message', (content, isBinary) => this.#receive(content.toString(), isBinary))
    // A frame that is too large or no frame: ws answers it and closes.
    socket.on('error', () => {})
    socket.on('close', () => this.#cleanUp())
  }

  /** Who is connected; undefined before `connect`. */
  get principal(): Principal | undefined {
    return this.#principal
  }

  /** True once it has ended. */
  get isOver(): boolean {
    return this.#over
  }

  /** Names of what is subscribed to. */
  get subscribed(): ReadonlyMap<string, Held> {
    return this.#held
  }

  /** Lets somebody in. False when there is no place, and then the connection is being closed. */
  admit(visit: Visit): boolean {
    // It may have gone while its credentials were looked at.
    if (this.#over) return false
    this.#freePlace ??= this.ground.caps.take(visit.principal)
    if (this.#freePlace === undefined) {
      this.end('connectionLimit')
      return false
    }
    this.#leave?.()
    // A new token may allow less than the one before.
    this.#changed(visit.principal)
    this.#leave = visit.join({
      expired: (why) => this.end(why === 'ended' ? 'sessionEnded' : 'expired'),
      changed: (principal) => this.#changed(principal),
    })
    return true
  }

  /** Where the messages of one subscription go. */
  sink(name: string): Sink {
    return {
      send: (message: Message) => this.#sendBounded(publicationFrame(name, message)),
      drained: () => this.#drained(),
    }
  }

  hold(name: string, held: Held): void {
    this.#held.set(name, held)
  }

  release(name: string): void {
    this.#held.get(name)?.subscription.close()
    this.#held.delete(name)
  }

  send(text: string): void {
    if (!this.#over) this.#socket.send(text)
  }

  /** Pings; ends a connection that has not answered the last one, or has not connected since. */
  ping(): void {
    if (!this.#isAlive) {
      this.end(this.#principal === undefined ? 'stale' : 'noPong')
      return
    }
    this.#isAlive = false
    if (this.#principal !== undefined) this.send(PING)
  }

  end(why: Disconnect): void {
    if (this.#over) return
    const { code, reason } = DISCONNECTS[why]
    this.#cleanUp()
    this.#socket.close(code, reason)
    // The reason stands behind what a slow client has not taken, which must not stay in memory until it does.
    if (why === 'slow' || why === 'noPong') {
      const spare = this.ground.clock.setTimer(() => this.#socket.terminate(), GRACE_MS)
      this.#socket.once('close', spare)
    }
  }

  #receive(content: string, isBinary: boolean): void {
    if (this.#over) return
    for (const line of content.split('\n')) {
      const command = isBinary ? undefined : parse(line)
      if (command === undefined) {
        this.end('badRequest')
        return
      }
      this.#isAlive = true
      if (command === 'pong') continue
      this.#waiting += 1
      if (this.#waiting > this.ground.limits.commandsWaiting) {
        this.end('tooManyRequests')
        return
      }
      this.#work = (this.#work ?? Promise.resolve()).then(() => this.#answer(command))
    }
  }

  async #answer(command: Command): Promise<void> {
    try {
      if (!this.#over) await answerCommand(this, command)
    } catch (err) {
      this.ground.log.error({ err }, 'a command of a WebSocket failed')
      this.end('serverError')
    } finally {
      this.#waiting -= 1
      // An idle connection holds no chain of promises.
      if (this.#waiting === 0) this.#work = undefined
    }
  }

  #changed(principal: Principal): void {
    this.#principal = principal
    for (const [name, { topic, own }] of this.#held) {
      if (own || mayHear(principal, topic)) continue
      this.release(name)
      this.send(pushFrame(name, { unsubscribe: UNSUBSCRIBED }))
    }
  }

  #sendBounded(frame: string): void {
    if (this.#over) return
    this.#socket.send(frame)
    if (this.#socket.bufferedAmount <= this.ground.limits.behindBytes) return
    this.ground.slowCut()
    this.end('slow')
  }

  async #drained(): Promise<boolean> {
    while (!this.#over && this.#socket.bufferedAmount > this.ground.limits.behindBytes / 4) {
      await new Promise<void>((resolve) => void this.ground.clock.setTimer(resolve, DRAIN_LOOK_MS))
    }
    return !this.#over
  }

  #cleanUp(): void {
    if (this.#over) return
    this.#over = true
    for (const { subscription } of this.#held.values()) subscription.close()
    this.#held.clear()
    this.#leave?.()
    this.#freePlace?.()
    this.ground.connections.delete(this)
  }
}

/** One line as a command; a pong is `{}`. */
function parse(line: string): Command | 'pong' | undefined {
  try {
    const parsed = commandSchema.safeParse(JSON.parse(line))
    if (!parsed.success) return undefined
    return Object.keys(parsed.data).length === 0 ? 'pong' : parsed.data
  } catch {
    return undefined
  }
}
