import type { Engine } from '@regie/engine'
import { z } from 'zod'
import { type GuardedJob, jobByHand } from '../app/by-hand.ts'
import { reasonOf, wishOf } from '../auth/wish.ts'
import { type Call, type Endpoint, endpoint } from '../http/endpoint.ts'
import { optionalLine } from '../validate/line.ts'
import { withinField } from './within-field.ts'
import { oneWorkflow, ownWorkflow, viewWorkflow, workflowView } from './workflow-view.ts'

const reason = optionalLine(500)

/** The first of them, by the order of their calls. */
const namedSteps = z.object({ count: z.int(), names: z.array(z.string()).readonly() })
const NAMED = 100

/** The workflows as operators handle them. */
export function workflowOperationEndpoints(engine: Engine, jobs: readonly GuardedJob[]): readonly Endpoint[] {
  const { workflows } = engine
  const shown = async (id: number, call: Call) => viewWorkflow(await ownWorkflow(engine, id, call))
  return [
    endpoint({
      method: 'POST',
      url: '/api/v1/workflows/:id/signal',
      summary: 'Send a signal to a workflow; when it does not wait for it yet, it is kept',
      access: 'runs.manage',
      input: oneWorkflow.extend({ signal: z.string().min(1).max(200), payload: z.unknown().default(null) }),
      output: z.object({ outcome: z.enum(['delivered', 'kept']), runId: z.int().optional() }),
      async handle({ id, signal, payload }, call) {
        const { job, waitingFor, org } = await ownWorkflow(engine, id, call)
        // It is what the workflow goes on with, as its input is what it begins with.
        jobByHand(jobs, job, call.principal())
        // One that waits with a key is reached by that only.
        const key = waitingFor.find((wait) => wait.signal === signal)?.key
        const to = key === undefined ? { run: id } : { key }
        return withinField('payload', () => workflows.signalNamed(signal, payload, to, { org }))
      },
    }),
    endpoint({
      method: 'POST',
      url: '/api/v1/workflows/:id/cancel',
      summary: 'Cancel a workflow: what it did is undone, its children are cancelled',
      access: 'runs.manage',
      input: oneWorkflow.extend({ reason }),
      statuses: [202],
      output: z.object({ outcome: z.enum(['cancelled', 'requested', 'already-ended']) }),
      async handle(input, call) {
        await ownWorkflow(engine, input.id, call)
        const outcome = await workflows.cancel(input.id, input.reason ?? reasonOf(call.principal()))
        if (outcome === 'requested') {
          call.status(202)
          call.location(`/api/v1/workflows/${input.id}`)
        }
        return { outcome }
      },
    }),
    endpoint({
      method: 'POST',
      url: '/api/v1/workflows/:id/pause',
      summary: 'Let a workflow begin nothing new',
      access: 'runs.manage',
      input: oneWorkflow.extend({ reason }),
      output: workflowView,
      async handle(input, call) {
        await ownWorkflow(engine, input.id, call)
        await workflows.pause(input.id, input.reason)
        return shown(input.id, call)
      },
    }),
    endpoint({
      method: 'POST',
      url: '/api/v1/workflows/:id/resume',
      summary: 'Let a paused workflow go on',
      access: 'runs.manage',
      input: oneWorkflow,
      output: workflowView,
      async handle({ id }, call) {
        await ownWorkflow(engine, id, call)
        await workflows.resume(id)
        return shown(id, call)
      },
    }),
    endpoint({
      method: 'POST',
      url: '/api/v1/workflows/:id/retry',
      summary: 'Let a workflow go on where it failed, or begin from scratch with another input',
      access: 'runs.manage',
      input: oneWorkflow.extend({ input: z.unknown().optional() }),
      output: workflowView,
      status: 202,
      async handle({ id, ...given }, call) {
        const { job } = await ownWorkflow(engine, id, call)
        if (given.input !== undefined) jobByHand(jobs, job, call.principal())
        call.location(`/api/v1/workflows/${id}`)
        const options = { by: wishOf(call.principal()), ...(given.input !== undefined && { input: given.input }) }
        await withinField('input', () => workflows.retry(id, options))
        return shown(id, call)
      },
    }),
    endpoint({
      method: 'GET',
      url: '/api/v1/workflows/:id/fork',
      summary: 'Show what a copy of a workflow would take over, and what it would do anew, if it began at a step',
      access: 'runs.read',
      // Without a step the refusal names those there are.
      input: oneWorkflow.extend({ from: z.string().max(500).default('') }),
      output: z.object({ kept: namedSteps, again: namedSteps }),
      async handle({ id, from }, call) {
        await ownWorkflow(engine, id, call)
        const { kept, again } = await workflows.forkPlan(id, from)
        return { kept: firstOf(kept), again: firstOf(again) }
      },
    }),
    endpoint({
      method: 'POST',
      url: '/api/v1/workflows/:id/fork',
      summary: 'Start a copy of a workflow that has done what came before a step',
      access: 'runs.manage',
      input: oneWorkflow.extend({ from: z.string().min(1).max(500), input: z.unknown().optional() }),
      output: z.object({ id: z.int() }),
      status: 201,
      async handle({ id, from, input }, call) {
        const { job } = await ownWorkflow(engine, id, call)
        if (input !== undefined) jobByHand(jobs, job, call.principal())
        const fork = await withinField('input', () =>
          workflows.fork(id, input === undefined ? { from } : { from, input }),
        )
        call.location(`/api/v1/workflows/${fork}`)
        return { id: fork }
      },
    }),
  ]
}

function firstOf(names: readonly string[]): z.input<typeof namedSteps> {
  return { count: names.length, names: names.slice(0, NAMED) }
}
