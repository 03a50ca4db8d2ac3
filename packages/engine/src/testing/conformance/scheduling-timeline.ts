import type { Engine, SlotOutcome } from '@regie/engine'
import type { FakeClock } from '../fake-clock.ts'
import { until } from '../until.ts'

/** Milliseconds of a second and a minute: what most timetables of the suite are made of. */
export const [SECOND, MINUTE] = [1_000, 60_000]

/** Moves the clock to this instant in one leap: nothing may be due on the way. */
export function leapTo(clock: FakeClock, instant: number): Promise<void> {
  return clock.leap(instant - clock.now())
}

/** Moves the clock to this instant, stopping at every timer on the way. */
export function advanceTo(clock: FakeClock, instant: number): Promise<void> {
  return clock.advance(instant - clock.now())
}

/** Slots of a schedule and what became of them, oldest first. */
export async function timeline(
  engine: Pick<Engine, 'schedules'>,
  name: string,
): Promise<readonly (readonly [slot: number, outcome: SlotOutcome])[]> {
  const records = await engine.schedules.history(name, 1_000)
  return records.map(({ slot, outcome }) => [slot, outcome] as const).reverse()
}

/** Waits until this many slots of a schedule are written down; answers their outcomes, oldest first. */
export async function outcomes(
  engine: Pick<Engine, 'schedules'>,
  name: string,
  count: number,
): Promise<readonly SlotOutcome[]> {
  return until(`${count} slots of ${name} are handled`, async () => {
    const slots = await timeline(engine, name)
    return slots.length >= count && slots.map(([, outcome]) => outcome)
  })
}
