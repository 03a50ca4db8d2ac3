import type { Platform } from '@regie/platform'

/** Every page of the console that a person can open, for the tests that look at all of them. */
export async function allRoutes(platform: Platform): Promise<readonly string[]> {
  const { runs } = await platform.engine.runs.search({ state: ['failed'] }, { limit: 1 })
  const [group] = await platform.engine.runs.errors()
  const [workflow] = (await platform.engine.workflows.search({}, { limit: 1 })).runs
  const [stream] = (await platform.engine.events.streams()).streams
  return [
    '/',
    '/runs',
    '/runs?q=state:failed',
    '/runs?q=queue:nowhere',
    `/runs/${runs[0]?.id}`,
    '/runs/999999',
    '/workflows',
    '/workflows?q=state:expired',
    `/workflows/${workflow?.id}`,
    `/workflows/${workflow?.id}?step=reserve`,
    `/workflows/${workflow?.id}?view=graph`,
    '/errors',
    '/errors?show=muted',
    `/errors/${group?.fingerprint}`,
    '/errors/0000000000000000',
    '/queues',
    '/workers',
    '/events',
    '/events?q=nothing',
    `/events/${encodeURIComponent(stream?.name ?? '')}`,
    '/projections',
    '/logs',
    '/schedules',
    '/schedules?view=day',
    '/schedules?view=week',
    '/schedules?view=month&at=1',
    '/schedules/quotes.notify',
    '/alerts',
    '/alerts?show=all',
    '/backups',
    '/quotes',
    '/quotes?state=expired',
    '/quotes/new',
    '/quotes/clients',
    '/audit',
    '/audit/00000000-0000-4000-8000-000000000000',
    '/apps',
    '/settings',
    '/settings?q=nothing-like-it',
    '/notifications',
    '/organisations',
    '/nowhere',
  ]
}
