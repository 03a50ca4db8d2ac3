import { FILTER_STATES } from '@regie/platform/filter'
import { common } from '../i18n/common.ts'
import type { StateName } from './complete.ts'

/** What badges say, in every language: people write it into the filter as they read it. */
export const STATE_NAMES: readonly StateName[] = FILTER_STATES.flatMap((state) => [
  [state, common.en.states[state]] as const,
  [state, common.fr.states[state]] as const,
])
