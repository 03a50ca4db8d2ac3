import { operatorOf } from '../auth/acting.ts'
import type { Organisation } from '../auth/organisation.ts'
import { command } from './command.ts'
import { operatorOf as typist } from './operator.ts'
import { readLine, text, whole } from './option.ts'
import { table } from './table.ts'
import { localTime } from './time.ts'
import { usageError } from './usage.ts'

/** `regie organisations list` */
export const organisationsList = command({
  name: 'organisations list',
  summary: 'List the organisations of this installation',
  options: {
    limit: whole('How many', { min: 1, max: 200, fallback: 50 }),
    after: text('<id>', 'Those after this id'),
  },
  async run({ options, session }) {
    const { identity, config } = await session.open()
    const { organisations, next } = await identity.installation.list(operatorOf(config.org.id), options)
    const more = next === undefined ? '' : `There are more: --after ${next}\n`
    return {
      json: { items: organisations, ...(next !== undefined && { next }) },
      text: (screen) =>
        table<Organisation>(
          screen,
          [
            { title: 'ID', value: ({ id }) => id },
            { title: 'NAME', value: ({ name }) => name },
            { title: 'SINCE', value: ({ createdAt }) => localTime(createdAt) },
            { title: 'DELETED', value: ({ closedAt }) => (closedAt === undefined ? '' : localTime(closedAt)) },
          ],
          organisations,
        ) + more,
    }
  },
})

/** `regie organisations create` */
export const organisationsCreate = command({
  name: 'organisations create',
  summary: 'Make an organisation and invite its owner; the link is shown too',
  parameters: { name: { about: 'what it is called' } },
  options: { owner: text('<address>', 'The e-mail address of who will own it') },
  examples: ['organisations create "Atelier Bernard" --owner ada@example.com'],
  async run({ words, options, session }) {
    const { owner } = options
    if (owner === undefined) throw usageError('an organisation needs --owner, such as --owner ada@example.com')
    const name = readLine(words.name, 'the name', 120)
    const { identity, audit, config } = await session.open()
    // Without the address, which is in the invitation: here no erasure would find it.
    const entry = {
      org: config.org.id,
      actor: typist(session),
      action: 'organisations.create',
      after: { name, linkShown: true },
    }
    const made = await audit.accompany(entry, () =>
      identity.installation.create(operatorOf(config.org.id), { name, owner }),
    )
    return {
      json: made,
      text: () => `${made.name} is made (${made.id}). ${owner} comes in once, within seven days:\n  ${made.link}\n`,
    }
  },
})
