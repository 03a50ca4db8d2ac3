import { userInfo } from 'node:os'
import type { Platform } from '../app/platform.ts'
import type { AuditInput } from '../audit/entry.ts'
import type { Actor } from '../auth/principal.ts'
import type { User } from '../auth/users.ts'
import type { Typed } from './command.ts'
import type { Session } from './session.ts'

/** Who types commands here: the user of the operating system, and who became that user. */
export function operatorOf({ world }: Pick<Session, 'world'>): Actor {
  const id = userName()
  const { SUDO_USER: before } = world.env
  return { kind: 'operator', id, name: before === undefined || before === id ? id : `${id} (${before})` }
}

/** What the audit log says of a command: `jobs cancel 42` is `runs.cancel` of the run 42, as it is in the API. */
export function operatorEntry(
  session: Session,
  org: string,
  { name, changes, typed }: { readonly name: string; readonly changes: string; readonly typed: Typed },
): AuditInput {
  const [id] = Object.values(typed.words)
  const options = Object.entries(typed.options).map(([option, texts]) => [
    option,
    texts.length === 1 ? texts[0] : texts,
  ])
  return {
    org,
    actor: operatorOf(session),
    action: name.replace(/^jobs /, 'runs ').replaceAll(' ', '.'),
    ...(id !== undefined && { object: { type: changes, id } }),
    after: { ...typed.words, ...Object.fromEntries(options) },
  }
}

/** What a command does to a user; the log names the user by id, since an address there could not be forgotten. */
export async function changeUser<T>(
  session: Session,
  { action, who, after }: { readonly action: string; readonly who: string; readonly after?: object },
  work: (platform: Platform, user: User) => Promise<T>,
): Promise<T> {
  const platform = await session.open()
  const { identity, audit, config } = platform
  const user = await identity.users.show(config.org.id, who)
  const object = { type: 'user', id: user.id }
  const entry = { org: config.org.id, actor: operatorOf(session), action, object, ...(after && { after }) }
  return audit.accompany(entry, () => work(platform, user))
}

function userName(): string {
  try {
    return userInfo().username
  } catch {
    // In a container the user may have a number only.
    return `uid ${process.getuid?.() ?? 'unknown'}`
  }
}
