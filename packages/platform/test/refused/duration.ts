import type { PersonalData } from '@regie/platform'
import type { Notes } from './notes.ts'

export const rule: PersonalData<Notes> = {
  kind: 'note',
  table: 'notes_note',
  purpose: 'To remember.',
  // refused TS2322, right: keep: '1095d',
  keep: '3 years',
  purge: async () => 0,
}
