import { parseArgs } from 'node:util'
import { nearest } from '../config/nearest.ts'
import type { Command, Typed } from './command.ts'
import { usageError } from './usage.ts'

/** What a command line asks for. */
export type Request =
  | { readonly kind: 'run'; readonly json: boolean; readonly command: Command; readonly typed: Typed }
  | { readonly kind: 'help'; readonly json: boolean; readonly topic: string }
  | { readonly kind: 'version'; readonly json: boolean }

const COMMON = new Set(['--json', '--help', '-h', '--version'])

/** What a group does when nothing more is said. */
const USUAL = ['list', 'status', 'streams']

/** Understands a command line. Throws `INPUT_INVALID` with the nearest thing there is. */
export function dispatch(commands: readonly Command[], args: readonly string[]): Request {
  const json = args.includes('--json')
  const ended = args.indexOf('--')
  const common = ended === -1 ? args : args.slice(0, ended)
  const rest = args.filter((arg) => !COMMON.has(arg))
  if (common.includes('--version') && rest.length === 0) return { kind: 'version', json }
  const [first] = rest
  if (first === undefined || first === 'help') return { kind: 'help', json, topic: checkTopic(commands, rest.slice(1)) }
  const { command, used } = findCommand(commands, rest)
  if (common.includes('--help') || common.includes('-h')) {
    return { kind: 'help', json, topic: used === command.name.split(' ').length ? command.name : first }
  }
  return { kind: 'run', json, command, typed: readTyped(command, rest.slice(used)) }
}

function checkTopic(commands: readonly Command[], words: readonly string[]): string {
  const topic = words.join(' ')
  const topics = commands.flatMap(({ name }) => [name, name.split(' ')[0] ?? ''])
  if (topic === '' || topics.includes(topic)) return topic
  throw usageError(`there is no command "${topic}"${suggest(topic, topics)}`)
}

function findCommand(
  commands: readonly Command[],
  words: readonly string[],
): { readonly command: Command; readonly used: number } {
  const [group = '', word] = words
  const members = commands.filter(({ name }) => name.split(' ')[0] === group)
  if (members.length === 0) throw unknownCommand(commands, group, word)
  const exact = members.find(({ name }) => name === (word === undefined ? group : `${group} ${word}`))
  if (exact !== undefined) return { command: exact, used: exact.name.split(' ').length }
  const alone = members.find(({ name }) => name === group)
  if (alone !== undefined) return { command: alone, used: 1 }
  if (word === undefined || word.startsWith('-')) return { command: usualOf(group, members), used: 1 }
  const names = members.map(({ name }) => name.split(' ')[1] ?? '')
  throw usageError(`there is no command "${group} ${word}"${suggest(word, names)}: ${group} has ${names.join(', ')}`)
}

function usualOf(group: string, members: readonly Command[]): Command {
  const usual = members.find(({ name }) => USUAL.some((word) => name === `${group} ${word}`))
  if (usual !== undefined) return usual
  throw usageError(`what about ${group}? It has ${members.map(({ name }) => name.split(' ')[1]).join(', ')}`)
}

function unknownCommand(commands: readonly Command[], group: string, word: string | undefined) {
  const groups = [...new Set(commands.map(({ name }) => name.split(' ')[0] ?? ''))]
  // Somebody may have typed the second word alone, or the two of them the other way round.
  const swapped =
    commands.find(({ name }) => name === `${word} ${group}`) ?? commands.find(({ name }) => name.endsWith(` ${group}`))
  const near = nearest(group, groups) ?? swapped?.name
  return usageError(`there is no command "${group}"${near === undefined ? '' : `; did you mean ${near}?`}`)
}

function suggest(word: string, candidates: readonly string[]): string {
  const near = nearest(word, candidates)
  return near === undefined ? '' : `; did you mean ${near}?`
}

/** What the API and other commands call it, and what some call it here: both are understood. */
const USUAL_NAMES: Readonly<Record<string, string>> = { cursor: 'after', limit: 'count', yes: 'force' }

/** The options, also under the usual name of those that have another here. */
function withUsualNames(options: Command['options']): Command['options'] {
  const usual = Object.entries(USUAL_NAMES).flatMap(([usualName, name]) => {
    const option = options[usualName] === undefined ? options[name] : undefined
    return option === undefined ? [] : [[usualName, option] as const]
  })
  return { ...options, ...Object.fromEntries(usual) }
}

function readTyped({ name, parameters, options: own }: Command, args: readonly string[]): Typed {
  const options = withUsualNames(own)
  const { tokens } = parseArgs({
    args: [...args],
    strict: false,
    allowPositionals: true,
    tokens: true,
    options: Object.fromEntries(
      Object.entries(options).map(([option, { value }]) => [
        option,
        { type: value === undefined ? 'boolean' : 'string' },
      ]),
    ),
  })
  const texts: Record<string, string[]> = {}
  const given: string[] = []
  for (const token of tokens) {
    if (token.kind === 'positional') given.push(token.value)
    if (token.kind !== 'option') continue
    const meant = own[token.name] === undefined ? (USUAL_NAMES[token.name] ?? token.name) : token.name
    texts[meant] = [...(texts[meant] ?? []), readOption(name, options, token)]
  }
  return { words: readWords(name, parameters, given), options: texts }
}

interface OptionToken {
  readonly name: string
  readonly rawName: string
  readonly value?: string | undefined
  readonly inlineValue?: boolean | undefined
}

function readOption(
  command: string,
  options: Command['options'],
  { name, rawName, value, inlineValue }: OptionToken,
): string {
  const option = options[name]
  if (option === undefined) {
    const known = [...Object.keys(options), 'json', 'help']
    throw usageError(
      `${command} has no option ${rawName}${suggest(name, known)}: it takes ${known.map((one) => `--${one}`).join(', ')}`,
    )
  }
  if (option.value === undefined) {
    if (inlineValue !== true) return ''
    throw usageError(`${rawName} takes no value`)
  }
  if (value === undefined || (inlineValue !== true && value.startsWith('--'))) {
    throw usageError(`${rawName} needs a value: ${rawName} ${option.value}`)
  }
  return value
}

function readWords(command: string, parameters: Command['parameters'], given: readonly string[]): Typed['words'] {
  const names = Object.keys(parameters)
  const missing = names.find((name, index) => given[index] === undefined && parameters[name]?.optional !== true)
  if (missing !== undefined) throw usageError(`${command} needs <${missing}>: ${parameters[missing]?.about}`)
  const surplus = given[names.length]
  if (surplus !== undefined) throw usageError(`${command} does not know what to do with ${JSON.stringify(surplus)}`)
  return Object.fromEntries(given.map((value, index) => [names[index] ?? '', value]))
}
