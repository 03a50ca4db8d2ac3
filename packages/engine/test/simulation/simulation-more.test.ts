import { it } from 'vitest'
import { liveThrough, seedsFrom } from './live-through.ts'

// A file of its own, so that it runs beside the other: the runner gives each file a process.
it('a simulated world keeps every promise whatever goes wrong in it (worlds 501 to 1000)', {
  timeout: 240_000,
}, async () => {
  await liveThrough(seedsFrom(501, 1_001))
})
