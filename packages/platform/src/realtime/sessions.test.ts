import { silentLogger, systemClock } from '@regie/engine'
import { expect, test } from 'vitest'
import { people, person } from './realtime.testing.ts'
import { Sessions } from './sessions.ts'

test('whoever is let in while all are asked again, and joins after it, is asked too', async () => {
  const identity = people({ ada: person('ada', []) })
  const sessions = new Sessions({ identity, clock: systemClock, log: silentLogger })
  const visit = await sessions.enter({ headers: { authorization: 'Bearer ada' }, address: '127.0.0.1' })
  // The key is revoked while the stream reads what it missed.
  delete identity.known.ada
  sessions.checkSoon()
  const why = await new Promise((expired) => visit?.join({ expired, changed: () => {} }))
  expect(why).toBe('other')
})
