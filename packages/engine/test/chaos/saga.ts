import { PermanentError, type StepContext, type StepOptions, workflow } from '@regie/engine'
import { z } from 'zod'
import type { Witness } from './death.ts'
import type { LaneTables } from './lane-store.ts'

/** Eight steps, each of which can be undone; every second one, and its undo, ends by `complete` with a row. */
export const STEPS = 8
const NUMBERS = Array.from({ length: STEPS }, (_, index) => index + 1)

const isCommitting = (number: number): boolean => number % 2 === 0

/**
 * The workflow of these trials. `fails`: the last step fails for good, and all before are undone. `tempted`: the process
 * that takes it over runs code that would go forward from the failure.
 */
export const saga = workflow({
  name: 'saga',
  input: z.object({ lane: z.string(), fails: z.boolean(), tempted: z.boolean() }),
  async run(wf, { lane, fails, tempted }): Promise<readonly string[]> {
    const { fate, ledger, survivor } = wf.services as Witness
    const answers: string[] = []
    try {
      for (const number of NUMBERS) {
        const isLast = number === STEPS
        answers.push(await wf.step(`step ${number}`, doing(lane, number, fails && isLast), undoing(lane, number)))
        ledger.write({ kind: 'kept', lane, what: `step ${number}` })
        fate.reached(`step ${number} recorded`)
      }
    } catch (error) {
      fate.reached('failed')
      if (tempted && survivor)
        await wf.step('forward', () => ledger.write({ kind: 'did', lane, what: 'forward', note: '' }))
      throw error
    }
    return answers
  },
})

function doing(lane: string, number: number, fails: boolean) {
  return async (context: StepContext): Promise<string> => {
    const { fate } = context.services as Witness
    const name = `step ${number}`
    fate.reached(`${name} before`)
    if (fails) throw new PermanentError('no room left')
    const note = `${name} by ${process.pid} at ${process.hrtime.bigint()}`
    return act(context, { lane, name, note, number })
  }
}

function undoing(lane: string, number: number): StepOptions<string> {
  return {
    async undo(done, context) {
      const { fate } = context.services as Witness
      const name = `undo ${number}`
      fate.reached(`${name} before`)
      await act(context, { lane, name, note: done, number })
    },
  }
}

interface Act {
  readonly lane: string
  readonly name: string
  readonly note: string
  readonly number: number
}

/** The effect, which nobody can take back or notice but the ledger, and on even numbers a row beside it. */
async function act(context: StepContext, { lane, name, note, number }: Act): Promise<string> {
  const { fate, ledger } = context.services as Witness
  ledger.write({ kind: 'did', lane, what: name, note })
  fate.reached(`${name} after`)
  if (!isCommitting(number)) return note
  const answer = await context.complete<string, LaneTables>(async (tx) => {
    await tx.db.insertInto('chaos_mark').values({ lane, what: name }).execute()
    fate.reached(`${name} within`)
    return note
  })
  ledger.write({ kind: 'kept', lane, what: name })
  fate.reached(`${name} committed`)
  return answer
}

/** Every boundary of a saga that goes well. */
export const FORWARD_PLACES: readonly string[] = [
  ...NUMBERS.flatMap((number) => [...placesOf('step', number), `step ${number} recorded`]),
  'ended',
]

/** Every boundary from the failure of the last step to the end of the compensation. */
export const BACKWARD_PLACES: readonly string[] = [
  `step ${STEPS} before`,
  'failed',
  ...NUMBERS.slice(0, -1)
    .toReversed()
    .flatMap((number) => placesOf('undo', number)),
  'ended',
]

function placesOf(kind: 'step' | 'undo', number: number): readonly string[] {
  const committing = isCommitting(number) ? ['within', 'committed'] : []
  return ['before', 'after', ...committing].map((place) => `${kind} ${number} ${place}`)
}
