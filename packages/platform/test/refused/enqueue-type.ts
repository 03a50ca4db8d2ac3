import { ctx, remind } from './notes.ts'

// refused TS2769, right: export const run = ctx.enqueue(remind, { noteId: '7' })
export const run = ctx.enqueue(remind, { noteId: 7 })
