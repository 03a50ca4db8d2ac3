import { type AppDescription, describeApps } from '../app/describe.ts'
import { command } from './command.ts'
import { fillSamples } from './start-demo.ts'
import { table } from './table.ts'

/** `regie apps list` */
export const appsList = command({
  name: 'apps list',
  summary: 'List apps, whether they are switched on, and what each has',
  about:
    'REGIE_APPS, or "apps: { <id>: false }" in regie.config.ts, switches apps off: they have no routes, jobs, schedules or pages then. Their tables and data stay, and personal data is purged when its time is over. With --json also permissions, roles, pages and service levels.',
  async run({ session }) {
    const apps = describeApps(session.product.apps, await session.config())
    return {
      json: { items: apps },
      text: (screen) =>
        table<AppDescription>(
          screen,
          [
            { title: 'APP', value: ({ id }) => id },
            { title: 'TITLE', value: ({ title }) => title },
            { title: 'STATE', value: ({ on }) => (on ? 'on' : 'off'), tone: ({ on }) => (on ? 'good' : 'quiet') },
            { title: 'MIGRATION', value: ({ migration }) => migration ?? '' },
            { title: 'ROUTES', value: ({ routes }) => String(routes), align: 'right' },
            { title: 'JOBS', value: ({ jobs, workflows }) => String(jobs + workflows), align: 'right' },
            { title: 'SCHEDULES', value: ({ schedules }) => String(schedules), align: 'right' },
            {
              title: 'PERMISSIONS',
              value: ({ permissions }) => String(Object.keys(permissions).length),
              align: 'right',
            },
          ],
          apps,
        ),
    }
  },
})

/** `regie apps sample` */
export const appsSample = command({
  name: 'apps sample',
  summary: 'Fill the apps with sample data to look at; twice is once',
  changes: 'app',
  async run({ session }) {
    const told = await fillSamples(await session.open())
    return { json: { told }, text: () => told.map((sentence) => `${sentence}\n`).join('') || 'No app has samples.\n' }
  },
})
