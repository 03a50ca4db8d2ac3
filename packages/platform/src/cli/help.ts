import type { Command } from './command.ts'
import { paint, type Screen } from './style.ts'
import { facts } from './table.ts'

/** The help on a topic: everything, a group, or one command. */
export function helpText(screen: Screen, commands: readonly Command[], topic: string, program: string): string {
  const one = commands.find(({ name }) => name === topic)
  if (one !== undefined) return commandHelp(screen, one, program)
  const shown = topic === '' ? commands : commands.filter(({ name }) => name.startsWith(`${topic} `))
  return [
    `${paint(screen, 'strong', 'Usage')}  ${program} ${topic === '' ? '<command>' : `${topic} <word>`} [arguments] [options]\n`,
    indent(
      facts(
        screen,
        shown.map((command) => [usage(command), command.summary] as const),
      ),
    ),
    'Every command takes --json (one JSON document on standard output) and --help.\n',
  ].join('\n')
}

function commandHelp(screen: Screen, command: Command, program: string): string {
  const { summary, about, parameters, options, examples = [] } = command
  const words = Object.entries(parameters).map(
    ([name, parameter]) => [wordOf(name, parameter), parameter.about] as const,
  )
  const named = Object.entries(options).map(([name, option]) => [optionOf(name, option), option.about] as const)
  return [
    `${paint(screen, 'strong', 'Usage')}  ${program} ${usage(command)}${named.length === 0 ? '' : ' [options]'}\n`,
    `${summary}.${about === undefined ? '' : ` ${about}`}\n`,
    ...(words.length + named.length === 0 ? [] : [indent(facts(screen, [...words, ...named]))]),
    ...(examples.length === 0
      ? []
      : [`${paint(screen, 'strong', 'Examples')}\n${indent(examples.map((line) => `${program} ${line}\n`).join(''))}`]),
  ].join('\n')
}

/** A command's name and parameters: `jobs show <id>`. */
function usage({ name, parameters }: Command): string {
  return [name, ...Object.entries(parameters).map(([word, parameter]) => wordOf(word, parameter))].join(' ')
}

/** An option as it is typed: `--limit <n>`. */
function optionOf(name: string, { value }: Command['options'][string]): string {
  return value === undefined ? `--${name}` : `--${name} ${value}`
}

/** The same for programs. */
export function helpJson(commands: readonly Command[], topic: string) {
  return {
    commands: commands
      .filter(({ name }) => topic === '' || name === topic || name.startsWith(`${topic} `))
      .map(({ name, summary, parameters, options }) => ({
        name,
        summary,
        parameters: Object.entries(parameters).map(([word, { about, optional = false }]) => ({
          name: word,
          about,
          optional,
        })),
        options: Object.entries(options).map(([option, { about, value }]) => ({
          name: option,
          about,
          ...(value !== undefined && { value }),
        })),
      })),
  }
}

function wordOf(name: string, { optional }: Command['parameters'][string]): string {
  return optional === true ? `[${name}]` : `<${name}>`
}

function indent(lines: string): string {
  return lines.replace(/^(?=.)/gm, '  ')
}
