import { z } from 'zod'

/** The name of the built-in workflow that runs chains, groups and chords. */
export const FLOW = 'engine.flow'

/** A job by name, with the input it was given. */
const call = z.object({ job: z.string(), input: z.unknown() })

/** A job whose input is the result before it. */
const link = z.object({ job: z.string() }).strict()

const part = z.union([link, call])
const calls = z.array(call).min(1)
const policy = z.enum(['all', 'settle'])

/** What a run of `engine.flow` is given: a chain, a group or a chord as JSON. */
export const flowPlan = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('chain'), links: z.array(part).min(1) }),
  z.object({ kind: z.literal('group'), calls, policy }),
  z.object({ kind: z.literal('chord'), calls, policy, callback: part }),
])

/** A chain, a group or a chord as JSON. */
export type FlowPlan = z.output<typeof flowPlan>

/** A job in a plan: with an input of its own, or with the result before it. */
export type PlannedLink = z.output<typeof part>

/** A job in a plan with an input of its own. */
export type PlannedCall = z.output<typeof call>

/** `all`: one failure fails the group. `settle`: the outcome of each call is part of the result. */
export type GroupPolicy = z.output<typeof policy>
