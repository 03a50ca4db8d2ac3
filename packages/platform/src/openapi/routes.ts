import { readFile } from 'node:fs/promises'
import { PlatformError } from '../errors.ts'
import type { DocumentRoute } from '../http/endpoint.ts'
import { languageOf } from '../page/words.ts'
import { type DocumentOptions, openApiDocument } from './document.ts'

const FILES = new Map([
  ['start.js', { type: 'text/javascript; charset=utf-8', find: () => import.meta.resolve('./page/start.js') }],
  ['page.css', { type: 'text/css; charset=utf-8', find: () => import.meta.resolve('./page/page.css') }],
  [
    'swagger-ui.css',
    { type: 'text/css; charset=utf-8', find: () => import.meta.resolve('swagger-ui-dist/swagger-ui.css') },
  ],
  [
    'swagger-ui-bundle.js',
    { type: 'text/javascript; charset=utf-8', find: () => import.meta.resolve('swagger-ui-dist/swagger-ui-bundle.js') },
  ],
])
const WORDS = {
  en: {
    title: 'API of Regie',
    back: 'To the console',
    hint: 'You are signed in: what you try here is done, with your permissions. “Authorize” is for keys and tokens.',
  },
  fr: {
    title: 'API de Regie',
    back: 'Vers la console',
    hint: 'Vous êtes connecté : ce que vous essayez ici est fait, avec vos permissions. « Authorize » sert aux clés et aux jetons.',
  },
} as const

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
          body: page(language),
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
  const known = FILES.get(name)
  if (known === undefined) throw new PlatformError('NOT_FOUND', 'There is no such file.', { status: 404 })
  const body = await readFile(new URL(known.find()), 'utf8')
  return { type: known.type, body, headers: { 'cache-control': 'private, max-age=3600' } }
}

function page(language: 'en' | 'fr'): string {
  const { title, back, hint } = WORDS[language]
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<link rel="icon" href="/assets/icon.svg">
<link rel="stylesheet" href="/api/docs/swagger-ui.css">
<link rel="stylesheet" href="/api/docs/page.css">
<script src="/assets/looks.js"></script>
</head>
<body>
<header><a href="/">${back}</a><p>${hint}</p></header>
<main id="api" lang="en"></main>
<script src="/api/docs/swagger-ui-bundle.js"></script>
<script src="/api/docs/start.js"></script>
</body>
</html>
`
}
