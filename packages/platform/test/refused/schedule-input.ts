import { remind, schedule } from './notes.ts'

export const nightly = schedule({
  name: 'nightly',
  job: remind,
  every: '1d',
  // refused TS2322, right: input: { noteId: '1' },
  input: { noteId: 1 },
})
