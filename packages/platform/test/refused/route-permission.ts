import { z } from 'zod'
import { route } from './notes.ts'

export const list = route({
  method: 'GET',
  path: '/notes',
  summary: 'List notes',
  // refused TS2820, right: permission: 'note.read',
  permission: 'note.raed',
  input: z.object({}),
  output: z.object({}),
  handle: async () => ({}),
})
