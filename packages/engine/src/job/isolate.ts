import { Worker } from 'node:worker_threads'
import { EngineError } from '../errors.ts'
import type { Isolation } from './job.ts'

/** What an isolated attempt needs of its run. */
export interface IsolatedRun {
  readonly claimed: { readonly id: number; readonly attempt: number; readonly job: string }
  readonly signal: AbortSignal
  progress(percent: number, message?: string): Promise<void>
}

/** What the thread says to its parent. */
export type ThreadMessage =
  | { readonly kind: 'progress'; readonly percent: number; readonly message: string }
  | { readonly kind: 'result'; readonly value: unknown }
  | { readonly kind: 'error'; readonly name: string; readonly message: string; readonly stack: string }

const ENTRY = new URL(import.meta.url.endsWith('.ts') ? './isolate-thread.ts' : './isolate-thread.js', import.meta.url)

/**
 * Runs an attempt in a worker thread of its own and destroys it when its signal aborts, even in an endless loop. Throws
 * `ISOLATED_MEMORY` at the heap limit, `ISOLATED_CRASH` when the thread ends without an answer, or the thread's own error.
 */
export async function runIsolated(
  { module, memoryMb = 128 }: Isolation,
  run: IsolatedRun,
  input: unknown,
): Promise<unknown> {
  const thread = new Worker(ENTRY, {
    workerData: { module: module.href, input, attempt: run.claimed.attempt },
    resourceLimits: { maxOldGenerationSizeMb: memoryMb, maxYoungGenerationSizeMb: Math.max(4, memoryMb / 8) },
    stdout: false,
  })
  const { promise, resolve, reject } = Promise.withResolvers<unknown>()
  const abort = (): void => {
    reject(run.signal.reason)
  }
  if (run.signal.aborted) abort()
  run.signal.addEventListener('abort', abort, { once: true })
  thread.on('message', (message: ThreadMessage) => {
    if (message.kind === 'progress') void run.progress(message.percent, message.message)
    if (message.kind === 'result') resolve(message.value)
    if (message.kind === 'error') reject(threadError(message))
  })
  thread.on('error', (error) => reject(explain(error, run, memoryMb)))
  thread.on('exit', (code) =>
    reject(new EngineError('ISOLATED_CRASH', `the thread of ${run.claimed.job} ended with code ${code} and no answer`)),
  )
  try {
    return await promise
  } finally {
    run.signal.removeEventListener('abort', abort)
    await thread.terminate()
  }
}

function threadError({ name, message, stack }: Extract<ThreadMessage, { kind: 'error' }>): Error {
  const error = new Error(message)
  error.name = name
  error.stack = stack
  return error
}

function explain(error: unknown, run: IsolatedRun, memoryMb: number): Error {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'ERR_WORKER_OUT_OF_MEMORY') {
    return new EngineError(
      'ISOLATED_MEMORY',
      `the thread of ${run.claimed.job} needed more than its ${memoryMb} MiB: raise \`isolate.memoryMb\` or work in smaller pieces`,
      { cause: error },
    )
  }
  return error instanceof Error
    ? error
    : new EngineError('ISOLATED_CRASH', `the thread of ${run.claimed.job} failed: ${String(error)}`)
}
