import type { WorkflowDetail, WorkflowStep } from '@regie/engine'
import { command } from './command.ts'
import { runId, toneOf } from './jobs-words.ts'
import { paint, type Screen } from './style.ts'
import { facts } from './table.ts'
import { localTime, spell } from './time.ts'
import { toneOfStep } from './workflows-words.ts'

/** `regie workflows show` */
export const workflowsShow = command({
  name: 'workflows show',
  summary: 'Show one workflow: its steps, what it waits for, its error and result',
  parameters: { id: { about: 'the number of a run, see workflows list' } },
  examples: ['workflows show 42'],
  async run({ words, session }) {
    const { engine } = await session.open()
    const workflow = await engine.workflows.get(runId(words.id, 'workflows list'))
    const now = engine.clock.now()
    return { json: workflow, text: (screen) => detailText(screen, workflow, now, session.program) }
  },
})

function detailText(screen: Screen, workflow: WorkflowDetail, now: number, program: string): string {
  const { id, job, state, steps, error } = workflow
  return [
    `${paint(screen, 'strong', `Workflow ${id}`)}  ${job}  ${paint(screen, toneOf(workflow), state)}\n\n`,
    facts(screen, factsOf(screen, workflow)),
    steps.length === 0 ? '\nIt has not come to a step.\n' : `\n${treeText(screen, workflow, now)}`,
    error?.stack === undefined ? '' : `\n${paint(screen, 'quiet', error.stack)}\n`,
    nextText(workflow, program),
  ].join('')
}

function factsOf(screen: Screen, workflow: WorkflowDetail): readonly (readonly [string, string | undefined])[] {
  const { org, queue, version, generation, createdAt, endedAt, dueAt, tags, parentId, forkedFrom } = workflow
  const { pausedAt, pauseReason, ending, published, input, error } = workflow
  const paused = pausedAt === undefined ? undefined : localTime(pausedAt)
  return [
    ['Version', generation === 0 ? String(version) : `${version}, continued as new ${generation} times`],
    ['Queue', queue],
    ['Organisation', org],
    ['Began', localTime(createdAt)],
    ['Goes on', dueAt === undefined ? undefined : localTime(dueAt)],
    ['Ended', endedAt === undefined ? undefined : `${localTime(endedAt)}, after ${spell(endedAt - createdAt)}`],
    ['Paused', paused === undefined || pauseReason === undefined ? paused : `${paused}: ${pauseReason}`],
    [
      'Undoing',
      ending === undefined ? undefined : `to end ${ending.state}: ${ending.error.code}: ${ending.error.message}`,
    ],
    ['Tags', tags.length === 0 ? undefined : tags.join(', ')],
    ['Parent', parentId === undefined ? undefined : `run ${parentId}`],
    ['Forked from', forkedFrom === undefined ? undefined : `run ${forkedFrom}`],
    ['Input', JSON.stringify(input)],
    ['Says', published === undefined ? undefined : JSON.stringify(published)],
    ['Result', 'result' in workflow ? JSON.stringify(workflow.result) : undefined],
    ['Error', error === undefined ? undefined : paint(screen, 'bad', `${error.code}: ${error.message}`)],
  ]
}

/** The steps as branches, each with its children and its error beneath. */
function treeText(screen: Screen, { steps, waitingFor }: WorkflowDetail, now: number): string {
  const width = Math.max(...steps.map(({ state }) => state.length))
  const names = Math.min(40, Math.max(...steps.map(({ name }) => name.length)))
  return steps
    .map((step, index) => {
      const last = index === steps.length - 1
      const state = paint(screen, toneOfStep(step), step.state) + ' '.repeat(width - step.state.length)
      const lines = beneath(
        screen,
        step,
        waitingFor.find((wait) => wait.step === step.name),
      )
      const head = `${last ? '└─' : '├─'} ${state}  ${step.name.padEnd(names)}  ${lengthText(step, now)}`.trimEnd()
      return [head, ...lines.map((line) => `${last ? '  ' : '│ '} ${' '.repeat(width)}  ${line}`)].join('\n')
    })
    .map((text) => `${text}\n`)
    .join('')
}

function lengthText({ startedAt, endedAt, dueAt, attempt }: WorkflowStep, now: number): string {
  const tries = attempt > 1 ? `, attempt ${attempt}` : ''
  const until = dueAt === undefined ? '' : `, until ${localTime(dueAt)}`
  return endedAt === undefined
    ? `for ${spell(now - startedAt)}${until}${tries}`
    : `${spell(endedAt - startedAt)}${until}${tries}`
}

function beneath(
  screen: Screen,
  { childRunIds = [], batchId, error, state }: WorkflowStep,
  wait: WorkflowDetail['waitingFor'][number] | undefined,
): readonly string[] {
  const children = childRunIds.slice(0, SHOWN).map((id) => `run ${id}`)
  const more = childRunIds.length > SHOWN ? [`and ${childRunIds.length - SHOWN} more`] : []
  const batch = batchId === undefined ? [] : [`batch ${batchId}`]
  const called = [...batch, ...children, ...more].join(', ')
  return [
    ...(called === '' ? [] : [called]),
    ...(wait === undefined
      ? []
      : [`waits for the signal ${wait.signal}${wait.key === undefined ? '' : `, key ${wait.key}`}`]),
    ...(error === undefined || state === 'done' ? [] : [paint(screen, 'bad', `${error.code}: ${error.message}`)]),
  ]
}

const SHOWN = 8

function nextText({ id, state, pausedAt, waitingFor }: WorkflowDetail, program: string): string {
  const [wait] = waitingFor
  if (pausedAt !== undefined) return `\nTo let it go on: ${program} workflows resume ${id}\n`
  if (state === 'failed') return `\nOnce the cause is gone: ${program} workflows retry ${id}\n`
  if (wait === undefined) return ''
  const to = wait.key === undefined ? `--run ${id}` : `--key ${JSON.stringify(wait.key)}`
  return `\nTo send the signal: ${program} workflows signal ${wait.signal} ${to} --payload '…'\n`
}
