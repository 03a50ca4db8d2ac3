import type { Config } from '../../config/config.ts'
import type { DocumentRoute } from '../endpoint.ts'
import { assetRoute } from './assets.ts'
import { lookAround, type OverviewSources } from './overview.ts'
import { writePage } from './page.ts'
import { languageOf } from './words.ts'

/** What the first page is made of. */
export interface OverviewOptions extends OverviewSources {
  readonly config: Pick<Config, 'org'>
}

/** The read-only first page at `/`, and its files. */
export function overviewRoutes({ config, ...sources }: OverviewOptions): readonly DocumentRoute[] {
  return [
    {
      url: '/',
      async handle({ query, language: accept }) {
        const language = languageOf(query.lang, accept, config.org.language)
        const body = writePage(await lookAround(sources), { language, org: config.org })
        return {
          type: 'text/html; charset=utf-8',
          body,
          headers: { 'content-language': language, vary: 'accept-language' },
        }
      },
    },
    assetRoute(),
  ]
}
