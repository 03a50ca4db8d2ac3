import { userInfo } from 'node:os'
import type { AuditInput } from '../audit/entry.ts'
import type { Actor } from '../auth/principal.ts'
import type { Typed } from './command.ts'
import type { Session } from './session.ts'

/** Who types commands here: the user of the operating system, and who became that user. */
export function operatorOf({ world }: Pick<Session, 'world'>): Actor {
  const id = userName()
  const { SUDO_USER: before } = world.env
  return { kind: 'operator', id, name: before === undefined || before === id ? id : `${id} (${before})` }
}

/** What the audit log says of a command: `jobs cancel 42` is `jobs.cancel` of the run 42. */
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
    action: name.replaceAll(' ', '.'),
    ...(id !== undefined && { object: { type: changes, id } }),
    after: { ...typed.words, ...Object.fromEntries(options) },
  }
}

function userName(): string {
  try {
    return userInfo().username
  } catch {
    // In a container the user may have a number only.
    return `uid ${process.getuid?.() ?? 'unknown'}`
  }
}
