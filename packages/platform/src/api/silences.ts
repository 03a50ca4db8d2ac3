import { z } from 'zod'
import { type Endpoint, endpoint } from '../http/endpoint.ts'
import type { Silence, Silences } from '../silence/silence.ts'
import { line } from '../validate/line.ts'
import { chosenEnd, instant, isoOf, isoOrNone } from './instant.ts'

const silenceView = z.object({
  id: z.string(),
  key: z.string(),
  reason: z.string(),
  createdAt: instant,
  until: instant,
  endedAt: instant.optional(),
})

/** Silences of alerts: their channels are told nothing until an instant. */
export function silenceEndpoints(silences: Silences): readonly Endpoint[] {
  return [
    endpoint({
      method: 'GET',
      url: '/api/v1/alerts/silences',
      summary: 'List silences that last, or the latest 200',
      access: 'alerts.read',
      input: z.object({ all: z.stringbool().default(false) }),
      output: z.object({ items: z.array(silenceView).readonly() }),
      handle: async ({ all }, call) => ({
        items: (await silences.list(call.principal().org, { all })).map(viewSilence),
      }),
    }),
    endpoint({
      method: 'POST',
      url: '/api/v1/alerts/silences',
      summary: 'Tell the channels nothing of alerts with this key until an instant; `*` at its end stands for anything',
      access: 'alerts.manage',
      input: z.object({
        key: line(200),
        reason: line(500),
        until: chosenEnd,
      }),
      output: silenceView,
      status: 201,
      handle: async (input, call) => viewSilence(await silences.add({ ...input, org: call.principal().org })),
    }),
    endpoint({
      method: 'POST',
      url: '/api/v1/alerts/silences/:id/end',
      summary: 'End a silence before its time',
      access: 'alerts.manage',
      input: z.object({ id: z.uuid() }),
      output: silenceView,
      handle: async ({ id }, call) => viewSilence(await silences.end(call.principal().org, id)),
    }),
  ]
}

function viewSilence({ id, key, reason, createdAt, until, endedAt }: Silence): z.input<typeof silenceView> {
  return { id, key, reason, createdAt: isoOf(createdAt), until: isoOf(until), ...isoOrNone('endedAt', endedAt) }
}
