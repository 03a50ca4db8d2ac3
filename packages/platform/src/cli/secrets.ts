import { command } from './command.ts'
import { operatorOf } from './operator.ts'

/** `regie secrets adopt` */
export const secretsAdopt = command({
  name: 'secrets adopt',
  summary: 'Make the secret and the audit key of this machine those of the database',
  about:
    'For keys that were changed on purpose, or lost. With another REGIE_SECRET everybody signs in again, and sets up authenticators anew; with another REGIE_AUDIT_KEY, entries from before are checked only as long as REGIE_FORMER_AUDIT_KEYS names the one before. Every other machine must have the same, or refuses to start.',
  async run({ session }) {
    const { sharedKeys, audit, config } = await session.open({ behind: true })
    const adopted = await sharedKeys.adopt()
    if (adopted.length > 0)
      await audit.record(undefined, {
        org: config.org.id,
        actor: operatorOf(session),
        action: 'secrets.adopt',
        after: { adopted },
      })
    const named = { secret: 'REGIE_SECRET', audit: 'REGIE_AUDIT_KEY' }
    return {
      json: { adopted },
      text: () =>
        adopted.length === 0
          ? 'This database is used with these keys already.\n'
          : `✓ ${adopted.map((name) => named[name]).join(' and ')} of this machine counts now.\n→ ${session.program} doctor\n`,
    }
  },
})
