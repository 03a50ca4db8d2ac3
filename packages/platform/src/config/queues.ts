import type { QueueOptions } from '@regie/engine'
import { z } from 'zod'
import type { Issue } from '../errors.ts'
import { didYouMean } from './nearest.ts'

/** What may be said of a queue. */
export const queueOptions = z.strictObject({
  concurrency: z.int().min(1).max(10_000).optional(),
  fair: z.boolean().optional(),
})

/** What of an app its queues are known by. */
interface QueuedApp {
  readonly queues?: Readonly<Record<string, QueueOptions>>
}

/** The queues there are: `default`, and those that apps declare, also the ones that are switched off. */
export function queueNames(apps: readonly QueuedApp[]): readonly string[] {
  return ['default', ...apps.flatMap(({ queues = {} }) => Object.keys(queues))]
}

/** What the operator says of queues, and everything that is wrong with it. Without apps nobody can tell which queues there are. */
export function queueSettings({
  given = {},
  served = [],
  apps,
}: {
  readonly given: unknown
  readonly served: readonly string[] | undefined
  readonly apps: readonly QueuedApp[]
}): { readonly queues: Readonly<Record<string, QueueOptions>>; readonly problems: readonly Issue[] } {
  const known = queueNames(apps)
  const unknown = (path: string, name: string): readonly Issue[] => {
    if (apps.length === 0 || known.includes(name)) return []
    const message = `there is no queue ${name}: choose from ${known.join(', ')}${didYouMean(name, known)}`
    return [{ path, code: 'unknown', message }]
  }
  const parsed = z.record(z.string(), queueOptions).safeParse(given)
  return {
    queues: (parsed.data ?? {}) as Readonly<Record<string, QueueOptions>>,
    problems: [
      ...(parsed.error?.issues ?? []).map(({ path, code, message }) => ({
        path: ['regie.config.ts: queues', ...path].join('.'),
        code,
        message,
      })),
      ...Object.keys(parsed.data ?? {}).flatMap((name) => unknown('regie.config.ts: queues', name)),
      ...served.flatMap((name) => unknown('REGIE_QUEUES', name)),
    ],
  }
}
