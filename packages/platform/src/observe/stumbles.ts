import type { ProjectionStatus } from '@regie/engine'

/** A projection that cannot apply an event. */
export interface Stumble {
  readonly name: string
  /** True when it waits for `projections resume`, false while it tries again by itself. */
  readonly stopped: boolean
  /** The event and the error. */
  readonly why: string
}

/** What is wrong with a projection: with the tables readers see, and with those that are built beside them. */
export function stumblesOf({ name, serving, building }: ProjectionStatus): readonly Stumble[] {
  return [serving, building].flatMap((generation) => {
    if (generation?.state !== 'stopped' && generation?.state !== 'failing') return []
    const { state, failedPosition, error } = generation
    const why = `event ${failedPosition}: ${error?.code}: ${error?.message}`
    return [{ name, stopped: state === 'stopped', why }]
  })
}
