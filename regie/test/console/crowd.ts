import type { Platform } from '@regie/platform'

interface Tables {
  readonly platform_user: {
    readonly id: string
    readonly name: string
    readonly email: string
    readonly email_verified: number
    readonly created_at: number
    readonly updated_at: number
  }
  readonly platform_member: {
    readonly org_id: string
    readonly user_id: string
    readonly roles: string
    readonly created_at: number
  }
}

/** Many people in the organisation; none has a password, which would take a tenth of a second each. */
export async function crowd({ database, config }: Platform, count: number): Promise<void> {
  const now = Date.now()
  const people = Array.from({ length: count }, (_, index) => {
    const number = String(index).padStart(4, '0')
    const times = { created_at: now, updated_at: now }
    return {
      id: crypto.randomUUID(),
      name: `Person ${number}`,
      email: `p${number}@example.com`,
      email_verified: 1,
      ...times,
    }
  })
  const db = database.kysely<Tables>()
  await db.insertInto('platform_user').values(people).execute()
  const members = people.map(({ id, created_at }) => ({
    org_id: config.org.id,
    user_id: id,
    roles: JSON.stringify(['member']),
    created_at,
  }))
  await db.insertInto('platform_member').values(members).execute()
}
