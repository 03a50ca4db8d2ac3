import { hostname } from 'node:os'
import type { Clock, Engine, Logger, QueueStatus } from '@regie/engine'
import { organisationTopic } from '../auth/organisation-topic.ts'
import { meTopic } from '../inbox/topic.ts'
import type { PlatformLog } from '../observe/log.ts'
import type { Realtime } from '../realtime/realtime.ts'
import type { AnyTopic } from '../realtime/topic.ts'
import type { RunLogs } from '../run-log/run-logs.ts'
import { followLog } from './logs.ts'
import { watchQueues } from './queues.ts'
import { watchRunLog } from './run-log.ts'
import { watchRun, watchRuns } from './runs.ts'
import { alertsTopic, logsTopic, queuesTopic, runLogTopic, runsTopic, runTopic } from './topics.ts'
import { startWatch } from './watch.ts'

/** The platform's own topics. */
export const platformTopics: readonly AnyTopic[] = [
  runTopic,
  runLogTopic,
  runsTopic,
  queuesTopic,
  alertsTopic,
  logsTopic,
  meTopic,
  organisationTopic,
]

/** What the platform's own topics are filled from. */
export interface LiveOptions {
  readonly engine: Engine
  readonly queues: () => Promise<readonly QueueStatus[]>
  readonly runLogs: Pick<RunLogs, 'heads' | 'news'>
  readonly realtime: Realtime
  readonly clock: Clock
  readonly log: PlatformLog
  readonly org: string
}

/** Fills the platform's own topics. Answers how to stop. */
export function startLive({ engine, queues, runLogs, realtime, clock, log, org }: LiveOptions): () => void {
  const own: Logger = log.child({ part: 'realtime' })
  const watching = { realtime, clock, log: own }
  const stops = [
    startWatch(watching, watchRun(engine, realtime)),
    startWatch(watching, watchRunLog(runLogs, realtime)),
    startWatch(watching, watchRuns(engine, realtime)),
    startWatch(watching, watchQueues(queues, realtime)),
    // As the engine calls its workers.
    followLog({ log, realtime, clock, org, process: `${hostname()}:${process.pid}` }),
  ]
  return () => {
    for (const stop of stops) stop()
  }
}
