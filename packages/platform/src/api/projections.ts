import {
  type BuildProgress,
  type Engine,
  EngineError,
  type GenerationStatus,
  type ProjectionStatus,
} from '@regie/engine'
import { z } from 'zod'
import { type Call, type Endpoint, endpoint } from '../http/endpoint.ts'
import { instant, isoOf, isoOrNone } from './instant.ts'
import { storedError } from './run-view.ts'

const generationView = z.object({
  generation: z.int(),
  version: z.int(),
  state: z.enum(['live', 'building', 'failing', 'stopped']),
  /** Events it has yet to look at; counted no further than 100,000. */
  behind: z.int(),
  lagMs: z.number(),
  /** While it is built: the events it has looked at, of all there are. `endsAt` is an estimate from its speed until now. */
  progress: z
    .object({ read: z.int(), total: z.int(), perSecond: z.number().optional(), endsAt: instant.optional() })
    .optional(),
  /** Why it does not move though there are events for it. */
  stuck: z.object({ why: z.enum(['failing', 'stopped', 'no-worker']), since: instant }).optional(),
  error: storedError.optional(),
  /** Of the event that could not be applied. */
  failedPosition: z.int().optional(),
  tries: z.int().optional(),
  retryAt: instant.optional(),
  stoppedAt: instant.optional(),
})
const projectionView = z.object({
  name: z.string(),
  mode: z.enum(['inline', 'async']),
  /** False when this version of the code does not have it. */
  declared: z.boolean(),
  tables: z.array(z.string()).readonly(),
  serving: generationView.optional(),
  building: generationView.optional(),
})
const oneProjection = z.object({ name: z.string().min(1).max(200) })

/** The projections as operators handle them. They are made of all organisations' events: `home`, which runs the server, has them. */
export function projectionEndpoints({ projections }: Engine, home: string): readonly Endpoint[] {
  const requireHome = (name: string, call: Call): void => {
    if (call.principal().org !== home)
      throw new EngineError('PROJECTION_UNKNOWN', `there is no projection ${JSON.stringify(name)}`)
  }
  return [
    endpoint({
      method: 'GET',
      url: '/api/v1/projections',
      summary: 'List projections, and how far behind the events they are',
      access: 'events.read',
      input: z.object({}),
      output: z.object({ items: z.array(projectionView).readonly() }),
      async handle(_, call) {
        return { items: call.principal().org === home ? (await projections.list()).map(viewProjection) : [] }
      },
    }),
    endpoint({
      method: 'POST',
      url: '/api/v1/projections/:name/rebuild',
      summary: 'Build a projection anew from the first event; readers see the present one until it has caught up',
      access: 'events.manage',
      input: oneProjection,
      output: projectionView,
      status: 202,
      async handle({ name }, call) {
        requireHome(name, call)
        await projections.rebuild(name)
        return viewProjection(await projections.get(name))
      },
    }),
    endpoint({
      method: 'POST',
      url: '/api/v1/projections/:name/resume',
      summary: 'Try again a projection that stumbled over an event',
      access: 'events.manage',
      input: oneProjection,
      output: projectionView,
      async handle({ name }, call) {
        requireHome(name, call)
        await projections.resume(name)
        return viewProjection(await projections.get(name))
      },
    }),
  ]
}

function viewProjection({ serving, building, ...rest }: ProjectionStatus): z.input<typeof projectionView> {
  return {
    ...rest,
    ...(serving !== undefined && { serving: viewGeneration(serving) }),
    ...(building !== undefined && { building: viewGeneration(building) }),
  }
}

function viewGeneration(status: GenerationStatus): z.input<typeof generationView> {
  const { cursor: _, retryAt, stoppedAt, progress, stuck, ...rest } = status
  return {
    ...rest,
    ...isoOrNone('retryAt', retryAt),
    ...isoOrNone('stoppedAt', stoppedAt),
    ...(progress !== undefined && { progress: viewProgress(progress) }),
    ...(stuck !== undefined && { stuck: { ...stuck, since: isoOf(stuck.since) } }),
  }
}

function viewProgress({ endsAt, ...rest }: BuildProgress): NonNullable<z.input<typeof generationView>['progress']> {
  return { ...rest, ...isoOrNone('endsAt', endsAt) }
}
