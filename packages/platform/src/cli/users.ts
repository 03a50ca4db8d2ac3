import { operatorOf } from '../auth/acting.ts'
import type { User } from '../auth/users.ts'
import { command } from './command.ts'
import { operatorOf as typist } from './operator.ts'
import { text, whole } from './option.ts'
import { facts, table } from './table.ts'
import { localTime } from './time.ts'

/** The parameter by which a user is named. */
export const userWord = { about: 'the e-mail address or the id of a user, see users list' }

/** `regie users list` */
export const usersList = command({
  name: 'users list',
  summary: 'List the users, by e-mail address',
  options: {
    limit: whole('How many', { min: 1, max: 200, fallback: 50 }),
    after: text('<address>', 'Those after this e-mail address'),
  },
  async run({ options, session }) {
    const { identity, config } = await session.open()
    const { limit, after } = options
    const { users, next } = await identity.users.list(config.org.id, { limit, ...(after !== undefined && { after }) })
    const more = next === undefined ? '' : `There are more: --after ${next}\n`
    const none = `There is no user yet: the link of "${session.program} start" lets the first administrator in.\n`
    return {
      json: { items: users, ...(next !== undefined && { next }) },
      text: (screen) =>
        users.length === 0
          ? none
          : table<User>(
              screen,
              [
                { title: 'ADDRESS', value: ({ email }) => email },
                { title: 'NAME', value: ({ name }) => name },
                { title: 'ROLES', value: ({ roles }) => roles.join(', ') },
                { title: 'SINCE', value: ({ createdAt }) => localTime(createdAt) },
                {
                  title: 'STATE',
                  value: stateOf,
                  tone: ({ disabledAt }) => (disabledAt === undefined ? undefined : 'odd'),
                },
              ],
              users,
            ) + more,
    }
  },
})

/** `regie users show` */
export const usersShow = command({
  name: 'users show',
  summary: 'Show a user, with roles and live sessions',
  parameters: { user: userWord },
  async run({ words, session }) {
    const { identity, config } = await session.open()
    const user = await identity.users.show(config.org.id, words.user)
    const sessions = await identity.sessions.list({ userId: user.id })
    return {
      json: { ...user, sessions },
      text: (screen) =>
        facts(screen, [
          ['Id', user.id],
          ['Address', user.email],
          ['Name', user.name],
          ['Roles', user.roles.join(', ')],
          ['Since', localTime(user.createdAt)],
          ['State', stateOf(user)],
          ['Sessions', String(sessions.length)],
        ]),
    }
  },
})

/** `regie users invite` */
export const usersInvite = command({
  name: 'users invite',
  summary: 'Invite somebody by e-mail; the link is shown too',
  parameters: { address: { about: 'an e-mail address' } },
  options: { roles: text('<role,…>', 'What they may do (default member)') },
  examples: ['users invite ada@example.com --roles admin'],
  async run({ words, options, session }) {
    const { identity, audit, config } = await session.open()
    const roles = rolesIn(options.roles ?? 'member')
    // Without the address, which is in the invitation: here no erasure would find it.
    const entry = {
      org: config.org.id,
      actor: typist(session),
      action: 'invitations.create',
      after: { roles, linkShown: true },
    }
    const invited = await audit.accompany(entry, () =>
      identity.invitations.invite(operatorOf(config.org.id), { email: words.address, roles }),
    )
    const until = localTime(invited.expiresAt)
    return {
      json: invited,
      text: () => `${invited.email} is invited as ${roles.join(', ')}, until ${until}, once:\n  ${invited.link}\n`,
    }
  },
})

/** Names separated by commas. */
export function rolesIn(typed: string): readonly string[] {
  return typed
    .split(',')
    .map((role) => role.trim())
    .filter((role) => role !== '')
}

function stateOf({ disabledAt }: User): string {
  return disabledAt === undefined ? 'enabled' : `disabled ${localTime(disabledAt)}`
}
