import { makeApp } from '../scaffold/make-app.ts'
import { command } from './command.ts'

/** `regie new app` */
export const newApp = command({
  name: 'new app',
  summary: 'Make an app that runs and is tested, and register it',
  about:
    'In the repository of Regie: makes apps/<id> with a table, three addresses, a job, a schedule and an event, and adds it to the product. Without network. Either all is made or nothing.',
  parameters: { id: { about: 'lower-case letters, digits and dashes, such as meeting-rooms' } },
  examples: ['new app notes'],
  async run({ words, session }) {
    const { program, product, world } = session
    const known = product.apps.map(({ id }) => id)
    const made = await makeApp(world.folder, words.id, known)
    return {
      json: made,
      text: () =>
        [
          `Made ${made.folder} (${made.files.length} files), and changed ${made.changed.join(', ')}.`,
          `→ read ${made.folder}/src/app.ts first, then docs/guides/first-app.md`,
          '→ npm run openapi: the reference and the clients with its addresses, which a test compares',
          `→ npm run check, and npm test -- ${made.folder}`,
          `→ ${program} start, then open /api/v1/${made.id}/items`,
          '',
        ].join('\n'),
    }
  },
})
