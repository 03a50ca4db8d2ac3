import { jobByName } from '../app/job-by-name.ts'
import { command } from './command.ts'
import { requireOrganisation } from './known-organisation.ts'
import { choice, duration, text, texts } from './option.ts'
import { usageError } from './usage.ts'

const PRIORITIES = ['urgent', 'high', 'normal', 'low'] as const

/** `regie jobs enqueue` */
export const jobsEnqueue = command({
  name: 'jobs enqueue',
  summary: 'Enqueue a run of a job',
  changes: 'job',
  about: 'The input is checked as if a program had enqueued it.',
  parameters: { job: { about: 'the name of a job' } },
  options: {
    input: text('<json>', 'Its input (default {})'),
    delay: duration('Start no sooner than this from now'),
    priority: choice(PRIORITIES, "Instead of the job's own"),
    queue: text('<name>', "Instead of the job's own"),
    tag: texts('<word>', 'A word to find it by; may be repeated'),
    org: text('<id>', 'For this organisation (default: the configured one)'),
  },
  examples: ['jobs enqueue backup.manual', `jobs enqueue quotes.send --input '{"quoteId":"…"}' --delay 5m`],
  async run({ words, options, session }) {
    const platform = await session.open()
    const { engine, jobs } = platform
    const { delay, priority, queue, tag, org } = options
    if (org !== undefined) await requireOrganisation(platform, org)
    const job = jobByName(jobs, words.job)
    const enqueued = await engine.enqueue(job, readInput(options.input), {
      ...(delay !== undefined && { delay }),
      ...(priority !== undefined && { priority }),
      ...(queue !== undefined && { queue }),
      ...(tag.length > 0 && { tags: tag }),
      ...(org !== undefined && { org }),
    })
    const { id, duplicate } = enqueued
    const said = duplicate
      ? `Run ${id} does that already: nothing was enqueued.`
      : `Run ${id} of ${words.job} is enqueued.`
    const group = job.definition.workflow === undefined ? 'jobs' : 'workflows'
    return { json: enqueued, text: () => `${said}\n→ ${session.program} ${group} show ${id}\n` }
  },
})

function readInput(typed = '{}'): unknown {
  try {
    return JSON.parse(typed)
  } catch (cause) {
    throw usageError(
      `--input is not JSON (${cause instanceof Error ? cause.message : cause}): quote it as in --input '{"id":1}'`,
    )
  }
}
