import { operatorOf } from '../auth/acting.ts'
import { command } from './command.ts'
import { changeUser } from './operator.ts'
import { rolesIn, userWord } from './users.ts'

/** `regie users disable` */
export const usersDisable = command({
  name: 'users disable',
  summary: 'Shut a user out: sessions end, sign-in and API keys are refused',
  parameters: { user: userWord },
  async run({ words, session }) {
    const what = { action: 'users.disable', who: words.user }
    const user = await changeUser(session, what, ({ identity, config }, { id }) =>
      identity.users.disable(operatorOf(config.org.id), id),
    )
    return { json: user, text: () => `${user.email} is disabled.\n→ ${session.program} users enable ${user.email}\n` }
  },
})

/** `regie users enable` */
export const usersEnable = command({
  name: 'users enable',
  summary: 'Let a disabled user in again',
  parameters: { user: userWord },
  async run({ words, session }) {
    const what = { action: 'users.enable', who: words.user }
    const user = await changeUser(session, what, ({ identity, config }, { id }) =>
      identity.users.enable(operatorOf(config.org.id), id),
    )
    return { json: user, text: () => `${user.email} may come in.\n` }
  },
})

/** `regie users reset-password` */
export const usersResetPassword = command({
  name: 'users reset-password',
  summary: 'Send a user the link for a new password; it is shown too',
  parameters: { user: userWord },
  async run({ words, session }) {
    const what = { action: 'users.reset-password', who: words.user, after: { linkShown: true } }
    const { email, link } = await changeUser(session, what, async ({ identity }, user) => {
      return { email: user.email, link: await identity.passwordLink(user) }
    })
    return {
      json: { email, link },
      text: () => `${email} chooses a new password, within the hour, once:\n  ${link}\n`,
    }
  },
})

/** `regie users grant` */
export const usersGrant = command({
  name: 'users grant',
  summary: 'Give a user exactly these roles',
  parameters: { user: userWord, roles: { about: 'names of roles, separated by commas' } },
  examples: ['users grant ada@example.com owner', 'users grant ada@example.com member,accounting'],
  async run({ words, session }) {
    const roles = rolesIn(words.roles)
    const what = { action: 'users.grant', who: words.user, after: { roles } }
    const user = await changeUser(session, what, ({ identity, config }, { id }) =>
      identity.users.setRoles(operatorOf(config.org.id), id, roles),
    )
    return { json: user, text: () => `${user.email} is now ${user.roles.join(', ')}.\n` }
  },
})
