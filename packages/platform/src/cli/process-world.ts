import { createInterface } from 'node:readline/promises'
import { systemClock } from '@regie/engine'
import type { CliWorld, StopSignal } from './world.ts'

const SIGNALS: readonly StopSignal[] = ['SIGINT', 'SIGTERM', 'SIGHUP']
const LONGEST_TIMER_MS = 2_147_483_647

/** The outside as this process has it. */
export function processWorld(): CliWorld {
  return {
    args: process.argv.slice(2),
    env: process.env,
    folder: process.cwd(),
    stdout: process.stdout,
    stderr: process.stderr,
    ...(process.stdin.isTTY && process.stderr.isTTY ? { ask } : {}),
    clock: systemClock,
    onSignal(listener) {
      for (const signal of SIGNALS) process.on(signal, listener)
      // Listening for signals does not keep a process alive, and a server without the role `api` has nothing else that does.
      const awake = setInterval(() => {}, LONGEST_TIMER_MS)
      return () => {
        clearInterval(awake)
        for (const signal of SIGNALS) process.off(signal, listener)
      }
    },
    exit: (code) => process.exit(code),
  }
}

/** On standard error, so that standard output stays what the command answers. */
async function ask(question: string): Promise<string> {
  const dialogue = createInterface({ input: process.stdin, output: process.stderr })
  try {
    return await dialogue.question(question)
  } finally {
    dialogue.close()
  }
}
