import { type Duration, durationMs } from '@regie/engine'
import { line } from '../validate/line.ts'
import { usageError } from './usage.ts'

/** A named value on the command line: `--limit 20`. */
export interface Option<T = unknown> {
  readonly about: string
  /** What stands for the value in the help, such as `<n>`; absent for a flag. */
  readonly value?: string
  /** Makes the value of what was typed, in order. Throws `INPUT_INVALID` naming the option. */
  read(texts: readonly string[], name: string): T
}

/** OptionTable by their name without dashes. */
export type OptionTable = Readonly<Record<string, Option>>

/** The values of a command's options. */
export type ValuesOf<O extends OptionTable> = {
  readonly [Name in keyof O]: O[Name] extends Option<infer T> ? T : never
}

/** True when it is there. */
export function flag(about: string): Option<boolean> {
  return { about, read: (texts) => texts.length > 0 }
}

/** Any text; when repeated, the last. */
export function text(value: string, about: string): Option<string | undefined> {
  return { about, value, read: (texts) => texts.at(-1) }
}

/** A reason, or another line for people; when repeated, the last. Throws for an empty one. */
export function sentence(value: string, about: string, max = 500): Option<string | undefined> {
  return {
    about,
    value,
    read: (typed, name) => typed.slice(-1).map((last) => readLine(last, `--${name}`, max))[0],
  }
}

/** Checks a name or a reason. Throws `INPUT_INVALID` naming `what`. */
export function readLine(typed: string, what: string, max: number): string {
  const read = line(max).safeParse(typed)
  if (read.success) return read.data
  throw usageError(
    `${what} is ${JSON.stringify(typed.slice(0, 100))}: write one line of 1 to ${max} characters that are seen`,
  )
}

/** May be repeated. */
export function texts(value: string, about: string): Option<readonly string[]> {
  return { about, value, read: (typed) => typed }
}

/** A whole number between two bounds. */
export function whole(
  about: string,
  { min, max, fallback }: { min: number; max: number; fallback: number },
): Option<number> {
  return {
    about: `${about} (default ${fallback})`,
    value: '<n>',
    read(typed, name) {
      const last = typed.at(-1)
      if (last === undefined) return fallback
      const number = /^\d{1,15}$/.test(last) ? Number(last) : Number.NaN
      if (number >= min && number <= max) return number
      throw usageError(`--${name} is ${JSON.stringify(last)}: give a whole number from ${min} to ${max}`)
    },
  }
}

/** One of some words. */
export function choice<const Word extends string>(words: readonly Word[], about: string): Option<Word | undefined> {
  const several = choices(words, about)
  return { ...several, read: (typed, name) => several.read(typed.slice(-1), name)?.[0] }
}

/** Some of some words, repeated or separated by commas. */
export function choices<const Word extends string>(
  words: readonly Word[],
  about: string,
  value = `<${words.join('|')}>`,
): Option<readonly Word[] | undefined> {
  return {
    about,
    value,
    read(typed, name) {
      const chosen = typed.flatMap((part) => part.split(',')).filter((part) => part !== '')
      const known = words.filter((word) => chosen.includes(word))
      const wrong = chosen.find((word) => !words.some((one) => one === word))
      if (wrong !== undefined) throw usageError(`--${name} is ${JSON.stringify(wrong)}: choose ${words.join(', ')}`)
      return typed.length === 0 ? undefined : known
    },
  }
}

/** A length of time such as `5m`. */
export function duration(about: string): Option<Duration | undefined> {
  return {
    about,
    value: '<5m>',
    read(typed, name) {
      const last = typed.at(-1)
      return last === undefined ? undefined : readDuration(last, `--${name}`)
    },
  }
}

/** `field=value`, repeated. */
export function pairs(about: string): Option<Readonly<Record<string, string>> | undefined> {
  return {
    about,
    value: '<field=value>',
    read(typed, name) {
      const entries = typed.map((part) => {
        const [, field, value] = /^([^=]+)=(.*)$/s.exec(part) ?? []
        if (field !== undefined && value !== undefined) return [field, value] as const
        throw usageError(
          `--${name} is ${JSON.stringify(part)}: write a field, = and its value, such as --${name} quoteId=42`,
        )
      })
      return entries.length === 0 ? undefined : Object.fromEntries(entries)
    },
  }
}

/** Checks a length of time. Throws `INPUT_INVALID` naming `what`. */
export function readDuration(typed: string, what: string): Duration {
  if (isDuration(typed)) return typed
  throw usageError(`${what} is ${JSON.stringify(typed)}: write a number and a unit, such as 250ms, 30s, 5m, 1h or 7d`)
}

function isDuration(typed: string): typed is Duration {
  try {
    return durationMs(typed as Duration) >= 0
  } catch {
    return false
  }
}
