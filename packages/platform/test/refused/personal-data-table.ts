import type { PersonalData } from '@regie/platform'
import type { Notes } from './notes.ts'

export const rule: PersonalData<Notes> = {
  kind: 'note',
  // refused TS2322, right: table: 'notes_note',
  table: 'quotes_client',
  purpose: 'To remember.',
  keep: '30d',
  purge: async () => 0,
}
