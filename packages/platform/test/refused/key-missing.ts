import { defineApp, empty } from './notes.ts'

const { slos: _, ...rest } = empty
// refused TS2741, right: export const app = defineApp({ ...rest, slos: [] })
export const app = defineApp({ ...rest })
