import { Readable } from 'node:stream'
import { z } from 'zod'
import { asCsv, asLines } from '../audit/export.ts'
import type { AuditLog } from '../audit/log.ts'
import { actorOf } from '../auth/principal.ts'
import { PlatformError } from '../errors.ts'
import type { DocumentRoute } from '../http/endpoint.ts'
import { parseInput } from '../http/input.ts'
import { auditQuery } from './audit.ts'

const query = auditQuery.extend({ format: z.enum(['ndjson', 'csv']).default('ndjson') }).strict()

/** The audit log as a file: lines of JSON, or CSV for a spreadsheet. Whoever takes it is in the log too. */
export function auditExport(audit: AuditLog): DocumentRoute {
  return {
    url: '/api/v1/audit/export',
    access: 'audit.read',
    async handle({ query: given, principal, requestId }) {
      if (principal === undefined) throw new PlatformError('UNAUTHENTICATED', 'Nobody is signed in.', { status: 401 })
      parseInput(query, given)
      const { format, ...filter } = query.parse(given)
      const { org } = principal
      await audit.record(undefined, {
        org,
        actor: actorOf(principal),
        action: 'audit.export',
        after: given,
        requestId: requestId,
      })
      const entries = audit.all({ ...filter, org })
      const csv = format === 'csv'
      return {
        type: csv ? 'text/csv; charset=utf-8' : 'application/x-ndjson; charset=utf-8',
        headers: {
          'content-disposition': `attachment; filename="audit.${csv ? 'csv' : 'ndjson'}"`,
          'cache-control': 'no-store',
        },
        body: '',
        stream: Readable.from(csv ? asCsv(entries) : asLines(entries)),
      }
    },
  }
}
