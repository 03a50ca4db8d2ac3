import { operatorOf } from '../auth/acting.ts'
import type { Organisation } from '../auth/organisation.ts'
import { type Contents, readContents } from '../organisation/contents.ts'
import { command } from './command.ts'
import { EXIT } from './exit.ts'
import { operatorOf as typist } from './operator.ts'
import { readLine, text } from './option.ts'
import type { Session } from './session.ts'
import { localTime } from './time.ts'

const id = { about: 'its id, as organisations list shows it' }

/** `regie organisations rename` */
export const organisationsRename = command({
  name: 'organisations rename',
  summary: 'Give an organisation another name; whoever works in it sees it at once',
  parameters: { id, name: { about: 'what it is called' } },
  examples: ['organisations rename 01890a5d-… "Atelier Bernard & fils"'],
  async run({ words, session }) {
    const name = readLine(words.name, 'the name', 120)
    const { installation, acting } = await opened(session)
    const renamed = await installation.rename(acting, words.id, name)
    return { json: renamed, text: () => `${renamed.id} is called ${renamed.name}.\n` }
  },
})

/** `regie organisations delete` */
export const organisationsDelete = command({
  name: 'organisations delete',
  summary: 'Close an organisation, and remove what it has once it cannot be restored any more',
  about: 'Without --name it only says what there is. The entries of the audit log stay.',
  parameters: { id },
  options: { name: text('<name>', 'What it is called, to be sure') },
  examples: ['organisations delete 01890a5d-… --name "Atelier Bernard"'],
  async run({ words, options, session }) {
    const { installation, acting, platform } = await opened(session)
    const found = await installation.find(acting, words.id)
    const contents = await readContents({ ...platform, apps: platform.allApps }, found.id)
    const has = `${found.name} has ${described(contents)}.\n`
    if (options.name === undefined)
      return {
        json: { ...found, contents, deleted: false },
        text: () =>
          `${has}Nothing was done. To delete it: the same command with --name ${JSON.stringify(found.name)}\n`,
        exit: EXIT.refused,
      }
    const closed = await installation.close(acting, found.id, options.name)
    return {
      json: { ...closed, contents, deleted: true },
      text: () => `${has}${closed.name} is closed: nobody comes in. ${untilWhen(closed, session)}`,
    }
  },
})

/** `regie organisations restore` */
export const organisationsRestore = command({
  name: 'organisations restore',
  summary: 'Open an organisation again that was deleted, before its time is over',
  about: 'People and keys come in again. Runs that were cancelled stay so: jobs retry gives them fresh attempts.',
  parameters: { id },
  examples: ['organisations restore 01890a5d-…'],
  async run({ words, session }) {
    const { installation, acting } = await opened(session)
    const restored = await installation.restore(acting, words.id)
    return { json: restored, text: () => `${restored.name} is open again.\n` }
  },
})

async function opened(session: Session) {
  const platform = await session.open()
  const acting = { ...operatorOf(platform.config.org.id), actor: typist(session) }
  return { platform, installation: platform.identity.installation, acting }
}

function untilWhen({ id: closed, purgeAt = 0 }: Organisation, { program }: Session): string {
  return `What it has is removed in the night after ${localTime(purgeAt)}; until then\n→ ${program} organisations restore ${closed}\n`
}

function described({ members, runs, activeRuns, rows }: Contents): string {
  const ofApps = rows.map(({ title, count }) => `${count} ${count === 1 ? 'row' : 'rows'} of ${title}`)
  const people = `${members} ${members === 1 ? 'member' : 'members'}`
  return [people, `${runs} ${runs === 1 ? 'run' : 'runs'} (${activeRuns} not ended)`, ...ofApps].join(', ')
}
