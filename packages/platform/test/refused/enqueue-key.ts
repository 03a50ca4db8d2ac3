import { ctx, remind } from './notes.ts'

// refused TS2769, right: export const run = ctx.enqueue(remind, { noteId: 'n' })
export const run = ctx.enqueue(remind, { noteID: 'n' })
