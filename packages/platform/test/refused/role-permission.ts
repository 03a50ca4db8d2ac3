import { defineApp, empty } from './notes.ts'

export const app = defineApp({
  ...empty,
  // refused TS2820, right: roles: { reader: ['note.read'] },
  roles: { reader: ['note.raed'] },
})
