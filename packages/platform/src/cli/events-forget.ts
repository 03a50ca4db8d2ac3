import type { Engine } from '@regie/engine'
import { command } from './command.ts'
import { EXIT } from './exit.ts'
import { flag, text } from './option.ts'

/** `regie events forget` */
export const eventsForget = command({
  name: 'events forget',
  summary: 'Destroy the key of a person, so that no event tells of them any more',
  changes: 'person',
  about:
    'It cannot be undone, not even from a backup. What events say of that person becomes placeholders, and new events about them are refused. Projections keep what they made of it until they are rebuilt; tables and files of the apps are not touched.',
  parameters: { person: { about: 'the id of the person, as the events name it' } },
  options: { org: text('<id>', 'Of this organisation (default: the configured one)'), yes: flag('Do not ask') },
  examples: ['events forget client-42 --yes'],
  async run({ words: { person }, options, session }) {
    const { engine, apps, config } = await session.open()
    const org = options.org ?? config.org.id
    const question = `Forget ${person} of ${org} for ever?`
    const agreed = options.yes || (await session.confirm(question))
    if (agreed !== true) {
      const why =
        agreed === undefined ? `Not done: ${question} Then the same command with --yes\n` : 'Nothing was done.\n'
      return { json: { person, org, forgotten: false }, text: () => why, exit: EXIT.refused }
    }
    const before = await isForgotten(engine, org, person)
    const told = await engine.events.forget(person, { org })
    if (!told && !before)
      return {
        json: { person, org, forgotten: true, before, told },
        text: () => `No event tells of ${person} of ${org}. New events about them are refused from now on.\n`,
        exit: EXIT.notFound,
      }
    const rebuild = apps
      .flatMap(({ projections = [] }) => projections)
      .filter(({ events }) => events.some(({ definition }) => definition.personal !== undefined))
      .map(({ name }) => name)
    const then = rebuild.map((name) => `→ ${session.program} projections rebuild ${name}\n`).join('')
    const done = before ? 'had been forgotten before' : 'is forgotten'
    return {
      json: { person, org, forgotten: true, before, told, rebuild },
      text: () => `${person} of ${org} ${done}.\n${then}`,
    }
  },
})

async function isForgotten({ events }: Pick<Engine, 'events'>, org: string, person: string): Promise<boolean> {
  for await (const erasure of events.erasures()) if (erasure.org === org && erasure.person === person) return true
  return false
}
