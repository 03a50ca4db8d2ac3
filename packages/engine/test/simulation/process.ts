import { createEngine, type Database, type Engine, type EngineOptions, openDatabase, type Role } from '@regie/engine'
import { drawFault, type Fault, type FaultRates } from './faults.ts'
import { type Host, simulatedPorts } from './sqlite.ts'
import { type Actor, actAs, type World } from './world.ts'

/** What every process of a world shares. */
export interface Ground {
  readonly world: World
  readonly path: string
  readonly durability: 'full' | 'fast'
  readonly options: Omit<EngineOptions, 'database' | 'clock' | 'random'>
  /** Undefined once nothing goes wrong any more. */
  readonly rates: () => FaultRates | undefined
  readonly committed: () => void
  /** A process ended, by its own doing or not. */
  readonly gone: (process: SimulatedProcess) => void
}

/** One life of a process: from its start to its end, whichever way. */
export class SimulatedProcess implements Actor, Host {
  readonly name: string
  readonly #ground: Ground
  readonly #resources: Disposable[] = []
  #alive = true
  #stoppedUntil = 0
  #engine: Engine | undefined
  #database: Database | undefined

  constructor(ground: Ground, name: string) {
    this.#ground = ground
    this.name = name
  }

  get world(): World {
    return this.#ground.world
  }

  get alive(): boolean {
    return this.#alive
  }

  get stoppedUntil(): number {
    return this.#stoppedUntil
  }

  /** Its engine, once it has started; undefined when it has ended. */
  get engine(): Engine | undefined {
    return this.#alive ? this.#engine : undefined
  }

  /** Starts it, on its own account. A start that fails ends it. */
  start(roles: readonly Role[]): void {
    this.world.plan('', 0, () =>
      actAs(this, () => {
        this.world.note(`starts as ${roles.join(', ')}`)
        this.#start(roles).catch((error: unknown) => this.crash(`could not start: ${this.#explain(error)}`))
      }),
    )
  }

  /** As by SIGSTOP: nothing of it happens until then. */
  stopFor(ms: number): void {
    this.#stoppedUntil = this.world.now + ms
  }

  /** Asks it to stop in good order. */
  quit(): void {
    const engine = this.engine
    if (engine === undefined) return
    this.#engine = undefined
    actAs(this, () => {
      this.world.note('is asked to stop')
      engine
        .stop()
        .then(() => this.#database?.[Symbol.asyncDispose]())
        .then(
          () => this.#end('has stopped'),
          (error: unknown) => this.crash(`could not stop: ${this.#explain(error)}`),
        )
    })
  }

  crash(why: string): void {
    if (!this.#alive) return
    this.#end(`dies ${why}`)
    for (const resource of this.#resources) resource[Symbol.dispose]()
  }

  adopt(resource: Disposable): void {
    this.#resources.push(resource)
  }

  committed(): void {
    this.#ground.committed()
  }

  befall(sql: string): Fault | undefined {
    const rates = this.#ground.rates()
    return rates === undefined ? undefined : drawFault(this.world, rates, sql)
  }

  #end(how: string): void {
    if (!this.#alive) return
    this.#alive = false
    this.world.note(`${this.name} ${how}`)
    this.#ground.gone(this)
  }

  /** The same in every folder. */
  #explain(error: unknown): string {
    return String(error).replaceAll(this.#ground.path, 'file')
  }

  async #start(roles: readonly Role[]): Promise<void> {
    const { world, path, durability, options } = this.#ground
    this.#database = await openDatabase({ kind: 'sqlite', path, durability }, simulatedPorts(this))
    const engine = await createEngine({
      ...options,
      database: this.#database,
      random: world.random,
      clock: {
        now: () => world.wall,
        setTimer(callback, delayMs) {
          const planned = world.plan('', Math.max(1, delayMs), callback)
          return () => planned.cancel()
        },
      },
    })
    await engine.start({ roles })
    this.#engine = engine
  }
}
