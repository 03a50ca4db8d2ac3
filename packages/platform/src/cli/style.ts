import { styleText } from 'node:util'
import type { Environment } from '../config/parse.ts'
import type { CliStream } from './world.ts'

/** What text is written for. */
export interface Screen {
  readonly colour: boolean
  /** Characters in a line; absent when nobody reads along and nothing should be cut. */
  readonly columns?: number
}

/** A meaning; it is never carried by its colour alone. */
export type Tone = 'good' | 'odd' | 'bad' | 'quiet' | 'strong'

const STYLES = { good: 'green', odd: 'yellow', bad: 'red', quiet: 'gray', strong: 'bold' } as const

/** The screen behind a stream: colours only on a terminal, and not when NO_COLOR is set (https://no-color.org). */
export function screenOf(stream: CliStream, env: Environment): Screen {
  if (stream.isTTY !== true) return { colour: false }
  const colour = (env.NO_COLOR ?? '') === '' && env.TERM !== 'dumb'
  return { colour, ...(stream.columns !== undefined && { columns: stream.columns }) }
}

/** Text in a tone. */
export function paint(screen: Screen, tone: Tone | undefined, text: string): string {
  if (!screen.colour || tone === undefined || text === '') return text
  return styleText(STYLES[tone], text, { validateStream: false })
}
