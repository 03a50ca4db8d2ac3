import type { Engine, KeptSignal } from '@regie/engine'
import { z } from 'zod'
import { type Endpoint, endpoint } from '../http/endpoint.ts'
import { decodeCursor, encodeCursor, pageInput } from '../http/page.ts'
import { isoOf } from './instant.ts'

const LIST = 'signals'

const signalView = z.object({
  id: z.int(),
  signal: z.string(),
  key: z.string().optional(),
  runId: z.int().optional(),
  payload: z.unknown(),
  sentAt: z.string(),
})

/** Signals of workflows that are kept because nobody waits for them yet: to look at, and to take back. */
export function signalEndpoints({ workflows }: Pick<Engine, 'workflows'>): readonly Endpoint[] {
  return [
    endpoint({
      method: 'GET',
      url: '/api/v1/signals',
      summary: 'List signals that are kept until a workflow waits for them, newest first',
      access: 'runs.read',
      input: z.object({
        ...pageInput,
        name: z.string().min(1).max(200).optional(),
        run: z.coerce.number().int().positive().optional().describe('Those sent to this run'),
      }),
      output: z.object({ items: z.array(signalView).readonly(), next: z.string().optional() }),
      async handle({ limit, cursor, name, run }, call) {
        const [after] = decodeCursor(LIST, cursor, ['number']) ?? []
        const { signals, next } = await workflows.signals(
          { org: call.principal().org, ...(name !== undefined && { name }), ...(run !== undefined && { run }) },
          { limit, ...(after !== undefined && { after }) },
        )
        return { items: signals.map(viewSignal), ...(next !== undefined && { next: encodeCursor(LIST, [next]) }) }
      },
    }),
    endpoint({
      method: 'DELETE',
      url: '/api/v1/signals/:id',
      summary: 'Take back a signal that no workflow has taken yet',
      access: 'runs.manage',
      audit: { action: 'signals.drop' },
      input: z.object({ id: z.coerce.number().int().positive() }),
      output: signalView,
      handle: async ({ id }, call) => viewSignal(await workflows.dropSignal(id, { org: call.principal().org })),
    }),
  ]
}

function viewSignal({ id, name, key, runId, payload, sentAt }: KeptSignal): z.input<typeof signalView> {
  return {
    id,
    signal: name,
    ...(key !== undefined && { key }),
    ...(runId !== undefined && { runId }),
    payload,
    sentAt: isoOf(sentAt),
  }
}
