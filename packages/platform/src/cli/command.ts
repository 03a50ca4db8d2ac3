import { newTraceId } from '@regie/engine'
import { inTrace } from '../observe/trace.ts'
import { EXIT, type ExitCode } from './exit.ts'
import { operatorEntry } from './operator.ts'
import type { OptionTable, ValuesOf } from './option.ts'
import type { Session } from './session.ts'
import type { Screen } from './style.ts'

/** A word that follows the command's name. */
export interface Parameter {
  readonly about: string
  readonly optional?: true
}

/** ParameterTable by name, in their order. */
export type ParameterTable = Readonly<Record<string, Parameter>>

/** The words of a command's parameters. */
export type WordsOf<P extends ParameterTable> = {
  readonly [Name in keyof P]: P[Name] extends { readonly optional: true } ? string | undefined : string
}

/** What a command answers: once for programs, once for people. */
export interface Answer {
  /** Instants in milliseconds are written as ISO 8601, see json.ts. Undefined when the command has written what there was to say. */
  readonly json: unknown
  readonly text: (screen: Screen) => string
  /** Default 0. */
  readonly exit?: ExitCode
}

/** What a command is called with. */
export interface Call<P extends ParameterTable = ParameterTable, O extends OptionTable = OptionTable> {
  readonly words: WordsOf<P>
  readonly options: ValuesOf<O>
  readonly session: Session
}

/** A command as its author writes it. */
export interface CommandDefinition<P extends ParameterTable, O extends OptionTable> {
  /** One word, or a group and a word: `jobs list`. */
  readonly name: string
  readonly summary: string
  /** What the summary leaves open, in whole sentences. */
  readonly about?: string
  readonly parameters?: P
  readonly options?: O
  /**
   * What it changes: the type of the object in the audit log, whose id is the first word after the command's name. Its change
   * commits with the entry, see `AuditLog.accompany`. Absent: it only looks, or makes its entry itself.
   */
  readonly changes?: string
  /** What to type after the program's name. */
  readonly examples?: readonly string[]
  run(call: Call<P, O>): Promise<Answer>
}

/** What was typed, not yet understood. */
export interface Typed {
  readonly words: Readonly<Record<string, string>>
  readonly options: Readonly<Record<string, readonly string[]>>
}

/** Any command. */
export interface Command extends Omit<CommandDefinition<ParameterTable, OptionTable>, 'run'> {
  readonly parameters: ParameterTable
  readonly options: OptionTable
  run(session: Session, typed: Typed): Promise<Answer>
}

/** Declares a command. Its parameters and options are checked before it runs. */
export function command<P extends ParameterTable, O extends OptionTable>(definition: CommandDefinition<P, O>): Command {
  const options: OptionTable = definition.options ?? {}
  return {
    ...definition,
    parameters: definition.parameters ?? {},
    options,
    async run(session, typed) {
      const values = Object.entries(options).map(([name, option]) => [
        name,
        option.read(typed.options[name] ?? [], name),
      ])
      const call = {
        session,
        // The dispatcher refused to come here without every parameter that is not optional.
        words: typed.words as WordsOf<P>,
        // Each option made its own value.
        options: Object.fromEntries(values) as ValuesOf<O>,
      }
      const { name, changes } = definition
      if (changes === undefined) return definition.run(call)
      const { audit, config } = await session.open()
      const traceId = newTraceId()
      const entry = { ...operatorEntry(session, config.org.id, { name, changes, typed }), traceId }
      return inTrace(traceId, () =>
        audit.accompany(entry, () => definition.run(call), { succeeded: ({ exit = EXIT.ok }) => exit === EXIT.ok }),
      )
    },
  }
}
