import type { DescribedSchedule } from '../app/schedule.ts'
import type { Config } from '../config/config.ts'
import type { DocumentRoute } from '../http/endpoint.ts'
import { lookAround, type OverviewSources } from './overview.ts'
import { writePage } from './page.ts'
import { languageOf } from './words.ts'

/** What the first page is made of. */
export interface OverviewOptions extends OverviewSources {
  readonly config: Pick<Config, 'org' | 'program'>
  readonly schedules: readonly DescribedSchedule[]
}

/** The read-only first page at `/`. */
export function overviewRoutes({ config, schedules, ...sources }: OverviewOptions): readonly DocumentRoute[] {
  const { org, program } = config
  const descriptions = new Map(
    schedules.flatMap((schedule) =>
      schedule.descriptions === undefined ? [] : [[schedule.name, schedule.descriptions] as const],
    ),
  )
  return [
    {
      url: '/',
      access: 'runs.read',
      asksToSignIn: true,
      async handle({ query, language: accept }) {
        const language = languageOf(query.lang, accept, org.language)
        const body = writePage(await lookAround(sources), { language, org, program, descriptions })
        return {
          type: 'text/html; charset=utf-8',
          body,
          headers: { 'content-language': language, vary: 'accept-language' },
        }
      },
    },
  ]
}
