import { declareProjections } from './declare.ts'
import { createProjections, type ProjectionsGround } from './operate.ts'
import type { Projections } from './projection-api.ts'
import { Projector, type ProjectorGround } from './projector.ts'

/** Projections as the engine uses them. */
export interface ProjectionParts {
  /** The operator's side. */
  readonly projections: Projections
  /** Makes the database have what the code declares. */
  declare(): Promise<void>
  /** Begins to drive, as the worker with this number. */
  start(epoch: () => number): void
  /** There may be new events. */
  wake(): void
  /** Which generations there are, or who drives them, may have changed. */
  look(): void
  pulse(pulse: { readonly head: string; readonly loose: boolean }): void
  stop(): Promise<void>
}

/** Puts them together. Nothing runs before `start`. */
export function assembleProjections(ground: Omit<ProjectorGround, 'epoch'> & ProjectionsGround): ProjectionParts {
  let projector: Projector | undefined
  return {
    projections: createProjections(ground),
    declare: () => declareProjections(ground),
    start(epoch) {
      projector = new Projector({ ...ground, epoch })
      projector.start()
    },
    wake: () => projector?.wake(),
    look: () => projector?.look(),
    pulse: (pulse) => projector?.pulse(pulse),
    stop: async () => projector?.stop(),
  }
}
