import type { Engine, Role } from '@regie/engine'
import type { FaultRates } from './faults.ts'
import { type Ground, SimulatedProcess } from './process.ts'
import { actAs, type World } from './world.ts'

interface Post {
  readonly name: string
  readonly roles: readonly Role[]
  life: number
  process: SimulatedProcess | undefined
}

const TICK_MS = 250
const HOURS = 3_600_000

/** The processes of a world, and somebody who starts each again after its end. */
export class Fleet {
  readonly #world: World
  readonly #ground: Ground
  readonly #posts: readonly Post[]
  readonly #rates: () => FaultRates | undefined

  constructor(ground: Omit<Ground, 'gone'>, roles: readonly (readonly Role[])[]) {
    this.#world = ground.world
    this.#rates = ground.rates
    this.#ground = { ...ground, gone: (process) => this.#gone(process) }
    this.#posts = roles.map((each, index) => ({ name: `p${index + 1}`, roles: each, life: 0, process: undefined }))
  }

  start(): void {
    for (const post of this.#posts) this.#start(post)
    this.#disturb()
  }

  /** Those that answer callers now. */
  get working(): readonly { readonly process: SimulatedProcess; readonly engine: Engine }[] {
    return this.#posts.flatMap(({ process }) => {
      const engine = process?.engine
      return process === undefined || engine === undefined ? [] : [{ process, engine }]
    })
  }

  /** Ends all of them at once: the world is over. */
  abandon(): void {
    for (const { process } of this.#posts) process?.crash('with the world')
  }

  #start(post: Post): void {
    post.life++
    post.process = new SimulatedProcess(this.#ground, `${post.name}.${post.life}`)
    post.process.start(post.roles)
  }

  #gone(process: SimulatedProcess): void {
    const post = this.#posts.find((each) => each.process === process)
    if (post === undefined) return
    post.process = undefined
    actAs(this.#world, () =>
      this.#world.plan(`${post.name} is started again`, this.#world.random() ** 2 * 12_000, () => this.#start(post)),
    )
  }

  /** What goes wrong between statements. */
  #disturb(): void {
    const rates = this.#rates()
    if (rates === undefined) return
    const world = this.#world
    const share = TICK_MS / 1_000
    if (world.chance(rates.clock * share)) this.#setClock()
    for (const { process } of this.#posts) {
      if (process === undefined || process.stoppedUntil > world.now) continue
      if (world.chance(rates.stop * share)) this.#freeze(process)
      if (world.chance(rates.restart * share)) process.quit()
      if (world.chance(rates.kill * share)) process.crash('by SIGKILL')
    }
    world.plan('', TICK_MS, () => this.#disturb())
  }

  #freeze(process: SimulatedProcess): void {
    const ms = this.#world.random() ** 2 * 25_000
    this.#world.note(`${process.name} is stopped for ${Math.round(ms)} ms`)
    process.stopFor(ms)
  }

  #setClock(): void {
    const byMs = Math.round((this.#world.random() - 0.5) * 2 * (this.#world.chance(0.5) ? 4 * HOURS : 20_000))
    this.#world.note(`the clock is set by ${byMs} ms`)
    this.#world.setWall(byMs)
  }
}
