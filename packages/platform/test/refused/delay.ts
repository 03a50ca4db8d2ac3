import { ctx, remind } from './notes.ts'

// refused TS2322, right: export const run = ctx.enqueue(remind, { noteId: 'n' }, { delay: '3d' })
export const run = ctx.enqueue(remind, { noteId: 'n' }, { delay: '3 days' })
