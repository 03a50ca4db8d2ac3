import { readFile } from 'node:fs/promises'
import { PlatformError } from '../errors.ts'
import type { DocumentRoute } from '../http/endpoint.ts'
import { languageOf } from '../page/words.ts'
import { type DocumentOptions, openApiDocument } from './document.ts'

const FILES = new Map([
  [
    'swagger-ui.css',
    { type: 'text/css; charset=utf-8', find: () => import.meta.resolve('swagger-ui-dist/swagger-ui.css') },
  ],
  [
    'swagger-ui-bundle.js',
    { type: 'text/javascript; charset=utf-8', find: () => import.meta.resolve('swagger-ui-dist/swagger-ui-bundle.js') },
  ],
])
const TITLES = { en: 'API of Regie', fr: 'API de Regie' } as const
const START = `window.ui = SwaggerUIBundle({ url: '/api/openapi.json', dom_id: '#api', deepLinking: true, validatorUrl: null, tryItOutEnabled: true })\n`

/** `/api/openapi.json`, and at `/api/docs` (`/api` leads there) a page to read it and try it out; both are made when they are first asked for. */
export function openApiRoutes(options: DocumentOptions & { readonly language: 'en' | 'fr' }): readonly DocumentRoute[] {
  let document: string | undefined
  return [
    {
      url: '/api/openapi.json',
      access: 'signed-in',
      handle() {
        document ??= JSON.stringify(openApiDocument(options))
        return { type: 'application/json; charset=utf-8', body: document }
      },
    },
    {
      url: '/api',
      access: 'signed-in',
      asksToSignIn: true,
      handle: () => ({ status: 303, type: 'text/plain; charset=utf-8', body: '', headers: { location: '/api/docs' } }),
    },
    {
      url: '/api/docs',
      access: 'signed-in',
      asksToSignIn: true,
      handle({ query, language: accept }) {
        const language = languageOf(query.lang, accept, options.language)
        return {
          type: 'text/html; charset=utf-8',
          body: page(language, TITLES[language]),
          // The policy of all pages is strict enough for it: no script or style but this server's.
          headers: { 'content-language': language, vary: 'accept-language' },
        }
      },
    },
    {
      url: '/api/docs/:file',
      access: 'signed-in',
      handle: async ({ path }) => file(path.slice('/api/docs/'.length)),
    },
  ]
}

async function file(name: string) {
  if (name === 'start.js') return { type: 'text/javascript; charset=utf-8', body: START }
  const known = FILES.get(name)
  if (known === undefined) throw new PlatformError('NOT_FOUND', 'There is no such file.', { status: 404 })
  const body = await readFile(new URL(known.find()), 'utf8')
  return { type: known.type, body, headers: { 'cache-control': 'private, max-age=3600' } }
}

function page(language: string, title: string): string {
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<link rel="icon" href="/assets/icon.svg">
<link rel="stylesheet" href="/api/docs/swagger-ui.css">
</head>
<body>
<main id="api"></main>
<script src="/api/docs/swagger-ui-bundle.js"></script>
<script src="/api/docs/start.js"></script>
</body>
</html>
`
}
