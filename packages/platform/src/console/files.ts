import { existsSync, readdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import type { Document, DocumentRequest, DocumentRoute } from '../http/endpoint.ts'

const TYPES: Readonly<Record<string, string>> = {
  css: 'text/css; charset=utf-8',
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  png: 'image/png',
  svg: 'image/svg+xml',
  webmanifest: 'application/manifest+json',
  woff2: 'font/woff2',
}

// Scripts and styles from our own files only: nothing inline, nothing evaluated. React sets styles through the object
// model, which this permits; Mantine's variables are a stylesheet of ours, see packages/console/src/theme.
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "manifest-src 'self'",
  "worker-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ')

const FOREVER = 'public, max-age=31536000, immutable'

/** The built console. */
export interface ConsoleFiles {
  readonly routes: readonly DocumentRoute[]
  /** The page itself, for any address that a browser opens and that nothing else answers. */
  page(request: Pick<DocumentRequest, 'headers'>): Promise<Document>
}

/** The console in a folder as `npm run build:console` left it; undefined when it was not built. */
export function consoleFiles(folder: string | undefined): ConsoleFiles | undefined {
  if (folder === undefined || !existsSync(join(folder, 'built')) || !existsSync(join(folder, 'index.html')))
    return undefined
  const names = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
  const known = new Set(names)
  const shown = names.filter((name) => typeOf(name) !== undefined && name !== 'index.html')
  const page = async ({ headers }: Pick<DocumentRequest, 'headers'>): Promise<Document> => {
    const document = await read(folder, 'index.html', known, encodingsOf(headers))
    return {
      ...document,
      headers: {
        'cache-control': 'no-cache',
        'content-security-policy': POLICY,
        'x-regie-console': 'page',
        ...document.headers,
      },
    }
  }
  return {
    page,
    routes: [
      { url: '/', access: 'public', handle: page },
      ...shown.map(
        (name): DocumentRoute => ({
          url: `/${name}`,
          access: 'public',
          async handle({ headers }) {
            const document = await read(folder, name, known, encodingsOf(headers))
            const cache = name.startsWith('console/') ? FOREVER : 'no-cache'
            return { ...document, headers: { 'cache-control': cache, ...document.headers } }
          },
        }),
      ),
    ],
  }
}

/** Compressed at build time, for who takes it. */
async function read(folder: string, name: string, known: ReadonlySet<string>, encodings: string): Promise<Document> {
  const type = typeOf(name) ?? 'application/octet-stream'
  if (!known.has(`${name}.gz`)) return { type, body: await readFile(join(folder, name)) }
  const vary = { vary: 'accept-encoding' }
  if (!/\bgzip\b/.test(encodings)) return { type, body: await readFile(join(folder, name)), headers: vary }
  return { type, body: await readFile(join(folder, `${name}.gz`)), headers: { ...vary, 'content-encoding': 'gzip' } }
}

function encodingsOf(headers: DocumentRequest['headers']): string {
  return [headers['accept-encoding'] ?? ''].flat().join(', ')
}

function typeOf(name: string): string | undefined {
  return name.startsWith('.vite/') ? undefined : TYPES[name.split('.').at(-1) ?? '']
}
