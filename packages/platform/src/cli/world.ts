import type { Clock } from '@regie/engine'
import type { Environment } from '../config/parse.ts'

/** Where a command writes. */
export interface CliStream {
  readonly isTTY?: boolean
  /** Characters in a line, when it is a terminal. */
  readonly columns?: number
  write(text: string): unknown
}

/** What a command line is given of the outside. */
export interface CliWorld {
  /** What was typed after the program's name. */
  readonly args: readonly string[]
  readonly env: Environment
  /** Where `regie.config.ts` is looked for, and from where relative paths count. */
  readonly folder: string
  readonly stdout: CliStream
  readonly stderr: CliStream
  /** Puts a question to the person at the terminal and answers the reply; absent when there is none. */
  readonly ask?: (question: string) => Promise<string>
  readonly clock: Clock
  /** Calls back at each signal that asks to stop; answers what ends it. */
  onSignal(listener: (signal: StopSignal) => void): () => void
  /** Ends the process at once. */
  exit(code: number): void
}

/** Signals that ask a process to stop. */
export type StopSignal = 'SIGINT' | 'SIGTERM' | 'SIGHUP'
