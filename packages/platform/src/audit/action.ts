import type { Method } from '../app/route.ts'
import type { AuditObject } from './entry.ts'

const VERBS: Readonly<Record<string, string>> = { PUT: 'replace', PATCH: 'update', DELETE: 'delete' }

/**
 * The action of an address that names none: `POST /api/v1/runs/:id/retry` is `runs.retry`, `POST /api/v1/quotes/clients`
 * is `quotes.clients.create`, `DELETE /api/v1/keys/:id` is `keys.delete`. What is posted to one name, not to many, is what
 * is done: `POST /api/v1/audit/verify` is `audit.verify`.
 */
export function actionOf(method: Method, url: string): string {
  const parts = partsOf(url)
  const words = parts.filter((part) => !part.startsWith(':'))
  const isMany = words.at(-1)?.endsWith('s') === true && !parts.some((part) => part.startsWith(':'))
  const verb = VERBS[method] ?? (isMany ? 'create' : undefined)
  return [...words, ...(verb === undefined ? [] : [verb])].join('.')
}

/** The object of an address: its last parameter, named after the word before it. */
export function objectOf(url: string, fields: Readonly<Record<string, unknown>>): AuditObject | undefined {
  const parts = partsOf(url)
  const index = parts.findLastIndex((part) => part.startsWith(':'))
  const id = fields[(parts[index] ?? ':').slice(1)]
  if (index < 1 || (typeof id !== 'string' && typeof id !== 'number')) return undefined
  return { type: (parts[index - 1] ?? '').replace(/s$/, ''), id: String(id) }
}

function partsOf(url: string): readonly string[] {
  return url
    .replace(/^\/api\/v\d+/, '')
    .split('/')
    .filter((part) => part !== '')
}
