import { defineApp, empty } from './notes.ts'

export const app = defineApp({
  ...empty,
  // refused TS2741, right: permissions: { 'note.read': 'Read', 'note.write': 'Write' },
  permissions: { 'note.read': 'Read' },
})
