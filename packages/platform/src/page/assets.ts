import { readFileSync } from 'node:fs'
import { PlatformError } from '../errors.ts'
import type { DocumentRoute } from '../http/endpoint.ts'

const TYPES: Readonly<Record<string, string>> = {
  'theme.css': 'text/css; charset=utf-8',
  'page.css': 'text/css; charset=utf-8',
  'sign-in.css': 'text/css; charset=utf-8',
  'looks.js': 'text/javascript; charset=utf-8',
  'sign-in.js': 'text/javascript; charset=utf-8',
  'next.js': 'text/javascript; charset=utf-8',
  'other-ways.js': 'text/javascript; charset=utf-8',
  'passkey.js': 'text/javascript; charset=utf-8',
  'second-factor.js': 'text/javascript; charset=utf-8',
  'page.js': 'text/javascript; charset=utf-8',
  'icon.svg': 'image/svg+xml',
}

/** The page's stylesheets, script and icon, read once. */
export function assetRoute(): DocumentRoute {
  const files = new Map(
    Object.entries(TYPES).map(([name, type]) => [
      name,
      { type, body: readFileSync(new URL(`./assets/${name}`, import.meta.url), 'utf8') },
    ]),
  )
  return {
    url: '/assets/:file',
    access: 'public',
    handle({ path }) {
      const file = files.get(path.slice('/assets/'.length))
      if (file === undefined) throw new PlatformError('NOT_FOUND', 'There is no such file.', { status: 404 })
      return { ...file, headers: { 'cache-control': 'no-cache' } }
    },
  }
}
