/** What the stores use of the rest of the engine, in one place, so that no import climbs two folders. */
export { type Clock, systemClock } from '../clock.ts'
export { EngineError, isEngineError } from '../errors.ts'
