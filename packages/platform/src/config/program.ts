import type { Environment } from './parse.ts'

/**
 * How a person types this program here, for the hints it prints: `regie` where it was installed, `npm run regie --` in a
 * checkout, whose newcomer has no `regie` on the PATH. A launcher that knows better says so in `REGIE_PROGRAM`.
 */
export function programName({ REGIE_PROGRAM, npm_lifecycle_event, npm_execpath }: Environment): string {
  const told = REGIE_PROGRAM?.trim() ?? ''
  if (told !== '') return told
  if (npm_lifecycle_event === 'npx') return 'npx regie'
  return npm_lifecycle_event === undefined && npm_execpath === undefined ? 'regie' : 'npm run regie --'
}
