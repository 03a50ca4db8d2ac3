import { remind, schedule } from './notes.ts'

export const nightly = schedule({
  name: 'nightly',
  job: remind,
  every: '1d',
  input: { noteId: '1' },
  // refused TS2353, right: for: 'server',
  org: 'main',
})
