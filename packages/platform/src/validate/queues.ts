import { checkJob, isEngineError } from '@regie/engine'
import type { AnyApp } from '../app/app.ts'
import { didYouMean } from '../config/nearest.ts'
import { queueOptions } from '../config/queues.ts'
import type { Issue } from '../errors.ts'
import { duplicates, issue } from './issues.ts'

const QUEUE = /^[a-z][a-z0-9-]{0,40}$/

/** The queues that apps declare: each is one app's, and runs nothing unless it can be worked. */
export function queueIssues(apps: readonly AnyApp[]): readonly Issue[] {
  const declared = apps.flatMap(({ id, queues = {} }) =>
    Object.entries(queues).map(([name, options]) => ({ name, path: `${id} queue ${name}`, options })),
  )
  return [
    ...duplicates(
      declared.map(({ name }) => `queue ${name}`),
      'two apps declare it: name one of them otherwise',
    ),
    ...declared
      .filter(({ name }) => !QUEUE.test(name))
      .map(({ path }) => issue(path, 'invalid', 'a name is lower-case letters, digits and dashes')),
    ...declared
      .filter(({ name }) => name === 'default')
      .map(({ path }) =>
        issue(path, 'invalid', 'it is shared by all apps: the operator says how it is worked, in regie.config.ts'),
      ),
    ...declared.flatMap(({ path, options }) =>
      (queueOptions.safeParse(options).error?.issues ?? []).map(({ path: [field = 'it'], message }) =>
        issue(path, 'invalid', `${String(field)}: ${message}`),
      ),
    ),
  ]
}

/** What jobs declare: a queue of their own app, and what the engine would refuse at its first look, each by its name. */
export function jobIssues({ id, queues = {}, jobs, workflows }: AnyApp): readonly Issue[] {
  const known = ['default', ...Object.keys(queues)]
  return [...jobs, ...workflows].flatMap((job) => {
    const { queue = 'default' } = job.definition
    const wrong = known.includes(queue)
      ? []
      : [issue(job.name, 'queue', `${id} declares no queue ${queue}: add it to its queues${didYouMean(queue, known)}`)]
    try {
      checkJob(job)
      return wrong
    } catch (error) {
      if (!isEngineError(error)) throw error
      return [...wrong, issue(job.name, 'job', error.message)]
    }
  })
}
