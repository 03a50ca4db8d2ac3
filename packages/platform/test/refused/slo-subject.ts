import type { Slo } from '@regie/platform'
import { remind } from './notes.ts'

export const slo: Slo = {
  name: 'reminds',
  about: 'Reminders leave at once.',
  // refused TS2322, right: of: remind,
  of: remind.name,
  objective: 0.99,
  window: '30d',
}
