import { EngineError } from '../errors.ts'
import type { Database } from '../store/database.ts'
import type { EngineTables } from '../store/schema.ts'
import { dropSignal, listSignals, runOfKey } from '../store/signals.ts'
import type { KeptSignal, Workflows } from '../workflow/workflows-api.ts'

const SIGNALS = 50
const MAX_SIGNALS = 200

/** The signals that are kept until somebody waits for them, as operators handle them. */
export function keptSignals(database: Database): Pick<Workflows, 'signals' | 'dropSignal'> {
  return {
    async signals(filter = {}, { limit = SIGNALS, after } = {}) {
      const size = Math.min(Math.max(1, limit), MAX_SIGNALS)
      const rows = await listSignals(database.kysely<EngineTables>(), filter, { below: after, limit: size + 1 })
      const signals = rows.slice(0, size).map(viewOf)
      const next = rows.length > size ? signals.at(-1)?.id : undefined
      return { signals, ...(next !== undefined && { next }) }
    },
    async dropSignal(id, { org } = {}) {
      const row = await database.transaction<Awaited<ReturnType<typeof dropSignal>>, EngineTables>((tx) =>
        dropSignal(tx, id, org),
      )
      if (row !== undefined) return viewOf(row)
      throw new EngineError(
        'SIGNAL_UNKNOWN',
        `there is no kept signal ${id}: a workflow may have taken it meanwhile, or it was forgotten`,
      )
    },
  }
}

function viewOf(row: NonNullable<Awaited<ReturnType<typeof dropSignal>>>): KeptSignal {
  const { id, org, name, key, payload, sent_at: sentAt } = row
  const runId = runOfKey(key)
  return {
    id,
    org,
    name,
    ...(runId === undefined ? { key } : { runId }),
    payload: JSON.parse(payload) as unknown,
    sentAt,
  }
}
