import { parentPort, workerData } from 'node:worker_threads'
import type { ThreadMessage } from './isolate.ts'

/** The entry of an isolated attempt's thread: loads the job's module, runs it, answers. */

const say = (message: ThreadMessage): void => parentPort?.postMessage(message)

try {
  const { module, input, attempt } = workerData
  const { run } = await import(module)
  if (typeof run !== 'function') throw new TypeError(`the module ${module} does not export a function named run`)
  const progress = async (percent: number, message = ''): Promise<void> => say({ kind: 'progress', percent, message })
  say({ kind: 'result', value: await run(input, { attempt, progress }) })
} catch (error) {
  const { name, message, stack = '' } = error instanceof Error ? error : new Error(String(error))
  say({ kind: 'error', name, message, stack })
}
