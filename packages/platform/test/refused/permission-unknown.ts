import { defineApp, empty } from './notes.ts'

export const app = defineApp({
  ...empty,
  // refused TS2353, right: permissions: { 'note.read': 'Read', 'note.write': 'Write' },
  permissions: { 'note.read': 'Read', 'note.write': 'Write', 'note.burn': 'Burn' },
})
