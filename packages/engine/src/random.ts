/** A number in [0, 1), uniformly spread. Tests give a seeded one. */
export type Random = () => number

/** The process's random source; good for jitter, never for secrets. */
export const systemRandom: Random = Math.random
