import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** How a process of a trial is started: a file of this folder, and what it is told. */
export interface ProcessOptions {
  readonly file: 'worker.ts' | 'enqueuer.ts' | 'lane-worker.ts'
  readonly settings: unknown
  /** What it writes to stderr is appended there. */
  readonly log: string
}

/** Starts a child process that ends with this one. Its stdout is a pipe. */
export function startProcess({ file, settings, log }: ProcessOptions): ChildProcess {
  const child = spawn(process.execPath, ['-C', 'source', join(import.meta.dirname, file), JSON.stringify(settings)], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    // A process that lives two seconds should not spend one on reading its code.
    env: { ...process.env, NODE_COMPILE_CACHE: join(tmpdir(), 'regie-chaos-compiled'), NODE_OPTIONS: '' },
  })
  child.stderr?.on('data', (chunk) => appendFileSync(log, chunk))
  return child
}

/** Resolves when the process has said that it is ready; rejects when it ends before. */
export async function ready(child: ChildProcess): Promise<void> {
  const gone = once(child, 'exit').then(([code, signal]) =>
    Promise.reject(new Error(`a process ended before it was ready: ${code ?? signal}`)),
  )
  gone.catch(() => {})
  await Promise.race([once(child, 'message'), gone])
}

/** Worker processes that are started again whenever they are killed. */
export class Fleet {
  readonly #options: ProcessOptions
  readonly #children: ChildProcess[]
  readonly #killed = new Set<ChildProcess>()
  #stopping = false
  #accidents = 0

  constructor(options: ProcessOptions, size: number) {
    this.#options = options
    this.#children = Array.from({ length: size }, (_, index) => this.#start(index))
  }

  /** Processes that ended by themselves: there should be none. */
  get accidents(): number {
    return this.#accidents
  }

  async ready(): Promise<void> {
    await Promise.all(this.#children.map(ready))
  }

  pid(index: number): number {
    return this.#children[index]?.pid ?? 0
  }

  /** Kills one as the kernel kills, and starts another in its place at once. Answers the victim's pid. */
  kill(index: number): number {
    const victim = this.#children[index]
    if (victim?.pid === undefined) return 0
    this.#killed.add(victim)
    victim.kill('SIGKILL')
    this.#children[index] = this.#start(index)
    return victim.pid
  }

  signal(index: number, signal: 'SIGSTOP' | 'SIGCONT'): void {
    this.#children[index]?.kill(signal)
  }

  /** Asks all to stop and waits for them; after `patienceMs` they are killed, which counts as an accident. */
  async stop(patienceMs = 60_000): Promise<void> {
    this.#stopping = true
    await Promise.all(
      this.#children.map(async (child) => {
        if (child.exitCode !== null || child.signalCode !== null) return
        const exit = once(child, 'exit')
        child.kill('SIGTERM')
        const late = setTimeout(() => {
          this.#accidents++
          child.kill('SIGKILL')
        }, patienceMs)
        await exit
        clearTimeout(late)
      }),
    )
  }

  #start(index: number): ChildProcess {
    const child = startProcess(this.#options)
    child.once('exit', () => {
      if (this.#stopping || this.#killed.delete(child)) return
      this.#accidents++
      this.#children[index] = this.#start(index)
    })
    return child
  }
}
