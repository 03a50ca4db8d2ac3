import { visible } from '../observe/visible.ts'
import type { Command } from './command.ts'
import { COMMANDS } from './commands.ts'
import { dispatch, type Request } from './dispatch.ts'
import { EXIT } from './exit.ts'
import { type Failure, failureJson, failureOf, failureText } from './failure.ts'
import { helpJson, helpText } from './help.ts'
import { toJson } from './json.ts'
import { processWorld } from './process-world.ts'
import { createSession, type Product } from './session.ts'
import { screenOf } from './style.ts'
import type { CliWorld } from './world.ts'

/** What the command line of a product is made of. */
export interface CliOptions extends Product {
  /** Default: this process. */
  readonly world?: CliWorld
}

// Of Node's 10, Kysely and the driver alone take 12: the line of the app that asked would not be among them.
const STACK_FRAMES = 30

/**
 * Runs the command line of a product: the one in the world's arguments. Answers its exit code, see
 * docs/reference/cli.md; never throws.
 */
export async function runCli({ world = processWorld(), ...product }: CliOptions): Promise<number> {
  Error.stackTraceLimit = STACK_FRAMES
  const json = world.args.includes('--json')
  const { program } = createSession(product, world, json)
  const screen = screenOf(world.stderr, world.env)
  const fail = (failure: Failure): number => {
    world.stderr.write(json ? failureJson(failure) : visible(failureText(screen, failure)))
    return failure.exit
  }
  let request: Request
  try {
    request = dispatch(COMMANDS, world.args)
  } catch (error) {
    return fail(failureOf(error, program, helpFor(world.args)))
  }
  try {
    return await answer(request, product, world)
  } catch (error) {
    return fail(failureOf(error, program, request.kind === 'run' ? `help ${request.command.name}` : 'help'))
  }
}

async function answer(request: Request, product: Product, world: CliWorld): Promise<number> {
  const { stdout } = world
  const screen = screenOf(stdout, world.env)
  const { json } = request
  await using session = createSession(product, world, json)
  if (request.kind === 'version') {
    const versions = { regie: product.version, node: process.versions.node }
    stdout.write(json ? toJson(versions) : `regie ${versions.regie}, node ${versions.node}\n`)
    return EXIT.ok
  }
  if (request.kind === 'help') {
    stdout.write(
      json ? toJson(helpJson(COMMANDS, request.topic)) : helpText(screen, COMMANDS, request.topic, session.program),
    )
    return EXIT.ok
  }
  const { json: value, text, exit = EXIT.ok } = await request.command.run(session, request.typed)
  if (json && value !== undefined) stdout.write(toJson(value))
  if (!json) stdout.write(visible(text(screen)))
  return exit
}

/** The help nearest to a line that was not understood. */
function helpFor(args: readonly string[]): string {
  const words = args.filter((arg) => !arg.startsWith('-'))
  const topic = [words.slice(0, 2).join(' '), words[0] ?? ''].find((name) =>
    COMMANDS.some((command) => isTopic(command, name)),
  )
  return topic === undefined || topic === '' ? 'help' : `help ${topic}`
}

function isTopic({ name }: Command, topic: string): boolean {
  return name === topic || name.startsWith(`${topic} `)
}
