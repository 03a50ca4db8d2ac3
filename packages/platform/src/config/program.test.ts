import { expect, test } from 'vitest'
import { parseConfig } from './parse.ts'
import { programName } from './program.ts'

test.each([
  [{}, 'regie'],
  [{ npm_lifecycle_event: 'start' }, 'npm run regie --'],
  [{ npm_execpath: '/usr/lib/npm-cli.js' }, 'npm run regie --'],
  [{ npm_lifecycle_event: 'npx', npm_execpath: '/usr/lib/npm-cli.js' }, 'npx regie'],
  [
    { REGIE_PROGRAM: 'node scripts/bootstrap.mjs regie', npm_lifecycle_event: 'start' },
    'node scripts/bootstrap.mjs regie',
  ],
  [{ REGIE_PROGRAM: ' ' }, 'regie'],
])('with %j a hint begins with %s', (env, program) => {
  expect(programName(env)).toBe(program)
})

test('the configuration knows it, and a launcher that names it is no surprise', () => {
  expect(parseConfig({ REGIE_PROGRAM: 'npm run regie --' })).toMatchObject({
    program: 'npm run regie --',
    warnings: [],
  })
})
