import { type Job, job } from '@regie/engine'
import { z } from 'zod'
import type { Services } from '../app/services.ts'
import { UNENDED } from '../filter/grammar.ts'
import { closedMail } from './mails.ts'
import type { IdentityTables } from './schema.ts'
import { listPeopleOnlyHere } from './store/closing.ts'
import { findOrganisation } from './store/organisations.ts'

const PAGE = 200

const input = z.object({
  org: z.string(),
  /** Milliseconds UTC: a later closing of the same organisation has its own work. */
  closedAt: z.number(),
  language: z.enum(['en', 'fr']),
  timeZone: z.string(),
  /** False once its people were told. */
  tell: z.boolean(),
})

/** What ended with an organisation. */
export interface EndedWork {
  readonly cancelled: number
  readonly told: number
}

/**
 * What closing an organisation leaves to do: its runs are cancelled, again every minute until there are none, for one that still ran may
 * have enqueued another; and who belongs nowhere else is told by e-mail. Over as soon as it is restored.
 */
export const endOrganisationWork: Job<z.input<typeof input>, EndedWork> = job({
  name: 'organisations.end-work',
  input,
  timeout: '30m',
  retry: { attempts: 5, base: '1m' },
  async run({ services, log, enqueue, signal }, { tell, ...closed }): Promise<EndedWork> {
    const { org, closedAt, language, timeZone } = closed
    const { engine, mail } = services as Services
    const db = engine().database.kysely<IdentityTables>()
    const found = await findOrganisation(db, org)
    if (found?.closed_at !== closedAt) return { cancelled: 0, told: 0 }
    const cancelled = await engine().runs.cancelMany({ org, state: UNENDED }, `the organisation ${org} was closed`)
    let told = 0
    for (let after: string | undefined = ''; tell && after !== undefined; ) {
      signal.throwIfAborted()
      const people: Awaited<ReturnType<typeof listPeopleOnlyHere>> = await listPeopleOnlyHere(db, org, {
        after,
        limit: PAGE,
      })
      for (const { id, name, email } of people) {
        const until = found.purge_at ?? closedAt
        await mail
          .send(
            closedMail({
              key: `${org}-${closedAt}-${id}`,
              to: email,
              person: name,
              name: found.name,
              language,
              timeZone,
              until,
            }),
          )
          .then(() => told++)
          // Whoever cannot be told holds up nobody else.
          .catch((err: unknown) =>
            log.error({ err, user: id }, 'somebody was not told that their organisation is closed'),
          )
      }
      after = people.length === PAGE ? people.at(-1)?.id : undefined
    }
    if (cancelled > 0) await enqueue(endOrganisationWork, { ...closed, tell: false }, { delay: '1m' })
    return { cancelled, told }
  },
})
