import { z } from 'zod'
import { route } from './notes.ts'

export const show = route({
  method: 'GET',
  path: '/notes/:noteId',
  summary: 'Show a note',
  permission: 'note.read',
  input: z.object({ noteId: z.string() }),
  output: z.object({ text: z.string() }),
  // refused TS2322, right: handle: async (_, { noteId }) => ({ text: noteId }),
  handle: async (_, { noteId }) => ({ txt: noteId }),
})
