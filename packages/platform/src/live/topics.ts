import { z } from 'zod'
import { alertView } from '../api/alerts.ts'
import { queueView } from '../api/queues.ts'
import { runLineView } from '../api/run-logs.ts'
import { runView, storedError } from '../api/run-view.ts'
import { topic } from '../realtime/topic.ts'
import { LOG_LEVELS } from '../run-log/line.ts'

// A run's input may be large and does not change; and whoever started a run is not shown the server's code.
const runNews = runView.omit({ input: true }).extend({ error: storedError.omit({ stack: true }).optional() })

// Each process with somebody who listens looks for itself (watch.ts): carried, everything would be heard several times.

/** One run: its state and progress, each change within half a second, and first of all as it is. */
export const runTopic = topic({
  name: 'run',
  summary: 'State and progress of one run',
  params: z.object({ id: z.coerce.number().int().positive() }),
  data: runNews,
  kind: 'passing',
  carry: 'never',
  access: 'runs.read',
  orOwn: true,
})

/** The newest runs, at most three times a second. `more`: something else may have changed, so that lists are to be read again. */
export const runsTopic = topic({
  name: 'runs',
  summary: 'What changes among the newest runs, at most three times a second',
  data: z.object({ changed: z.array(runNews), more: z.boolean() }),
  kind: 'passing',
  carry: 'never',
  access: 'runs.read',
})

/** The figures of the queues, when they change, at most twice a second. */
export const queuesTopic = topic({
  name: 'queues',
  summary: 'The figures of the queues, at most twice a second',
  data: z.object({ queues: z.array(queueView) }),
  kind: 'passing',
  carry: 'never',
  access: 'queues.read',
})

/** Alerts that are raised and resolved. One that is raised again and again is told at most once a second. */
export const alertsTopic = topic({
  name: 'alerts',
  summary: 'Alerts that are raised or resolved',
  data: alertView,
  access: 'alerts.read',
})

/**
 * What one run writes into the log, a few lines at a time, as they are written down: those after the sequence `after` up to
 * `last`. Whoever has not heard all up to `after` reads what is missing from the run's logs.
 */
export const runLogTopic = topic({
  name: 'run-log',
  summary: 'The lines of the log that one run writes',
  params: z.object({ id: z.coerce.number().int().positive() }),
  data: z.object({ lines: z.array(runLineView), after: z.int(), last: z.int(), dropped: z.int() }),
  kind: 'passing',
  access: 'runs.read',
  orOwn: true,
})

/**
 * Lines of the log of one process (`host:pid`, as workers are called), a few at a time. `dropped`: how many were left out
 * since its message before, because there were too many. `total`: how many there were of the level since the process
 * began: a client can tell what it missed.
 */
export const logsTopic = topic({
  name: 'logs',
  summary: 'Lines of the log, of a level and graver',
  params: z.object({ level: z.enum(LOG_LEVELS) }),
  data: z.object({ process: z.string(), lines: z.array(z.unknown()), dropped: z.int(), total: z.int() }),
  kind: 'passing',
  carry: 'wanted',
  access: 'logs.read',
})
