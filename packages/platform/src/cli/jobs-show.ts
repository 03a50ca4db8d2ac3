import type { RunDetail } from '@regie/engine'
import { command } from './command.ts'
import { runId, toneOf } from './jobs-words.ts'
import { paint, type Screen } from './style.ts'
import { facts } from './table.ts'
import { localTime, spell } from './time.ts'

/** `regie jobs show` */
export const jobsShow = command({
  name: 'jobs show',
  summary: 'Show one run: its input, attempts, error and result',
  parameters: { id: { about: 'the number of a run, see jobs list' } },
  examples: ['jobs show 42'],
  async run({ words, session }) {
    const { engine, jobs, runLogs } = await session.open()
    const run = await engine.runs.get(runId(words.id))
    const isWorkflow = jobs.some(({ name, definition }) => name === run.job && definition.workflow !== undefined)
    const { program } = session
    const steps = isWorkflow ? `\nIts steps: ${program} workflows show ${run.id}\n` : ''
    const { lines = 0 } = (await runLogs.heads([run.id]))[0] ?? {}
    const logs = lines === 0 ? '' : `\nIts log: ${program} jobs logs ${run.id}\n`
    return { json: run, text: (screen) => detailText(screen, run, program) + logs + steps }
  },
})

function detailText(screen: Screen, run: RunDetail, program: string): string {
  const { id, job, state, priority, queue, attempt, org, tags, progress, error } = run
  return [
    `${paint(screen, 'strong', `Run ${id}`)}  ${job}  ${paint(screen, toneOf(run), state)}\n\n`,
    facts(screen, [
      ['Queue', `${queue}, priority ${priority}`],
      ['Organisation', org],
      ['Enqueued', localTime(run.createdAt)],
      ['Due', run.dueAt === undefined ? undefined : localTime(run.dueAt)],
      ['Ended', run.endedAt === undefined ? undefined : localTime(run.endedAt)],
      ['Took', run.durationMs === undefined ? undefined : spell(run.durationMs)],
      ['Usually takes', run.estimatedMs === undefined ? undefined : spell(run.estimatedMs)],
      ['Attempt', String(attempt)],
      ['Tags', tags.length === 0 ? undefined : tags.join(', ')],
      [
        'Progress',
        progress === undefined || state === 'succeeded'
          ? undefined
          : `${progress.percent} % ${progress.message}`.trim(),
      ],
      ['Parent', run.parentId === undefined ? undefined : `run ${run.parentId}`],
      ['Trace', run.traceId],
      ['Batch', run.batchId === undefined ? undefined : String(run.batchId)],
      ['Input', JSON.stringify(run.input)],
      ['Result', 'result' in run ? JSON.stringify(run.result) : undefined],
      ['Error', error === undefined ? undefined : paint(screen, 'bad', `${error.code}: ${error.message}`)],
    ]),
    ...run.attempts.map((each) => {
      const what = `${each.error.code}: ${each.error.message}`
      return `Attempt ${each.attempt}  ${localTime(each.startedAt)}, ${spell(each.endedAt - each.startedAt)}  ${what}\n`
    }),
    error?.stack === undefined ? '' : `\n${paint(screen, 'quiet', error.stack)}\n`,
    state === 'failed' ? `\nOnce the cause is gone: ${program} jobs retry ${id}\n` : '',
  ].join('')
}
