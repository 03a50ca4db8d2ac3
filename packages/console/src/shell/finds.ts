import { getErrors, getSchedules, getUsers, getWorkflows } from '../api.gen.ts'
import { clientWith } from '../api.ts'
import { title } from '../i18n/title.ts'
import type { ConsoleFind, Find } from './console-app.ts'
import { ranked } from './rank.ts'

const MOST = 5

const findUsers: Find = async (text, signal) => {
  const { items: users } = await getUsers(clientWith({ signal }), { q: text, limit: MOST })
  return users.map(({ id, name, email }) => ({ text: name, detail: email, to: `/users/${id}` }))
}

const findSchedules: Find = async (text, signal) => {
  const { items: schedules } = await getSchedules(clientWith({ signal }))
  const named = schedules.map(({ name, job }) => ({
    text: name,
    detail: job === name ? undefined : job,
    to: `/schedules/${name}`,
  }))
  return ranked(text, named, MOST)
}

const findWorkflows: Find = async (text, signal) => {
  // What can stand in the filter language as it is, each of them once.
  const words = text.match(/[\w.-]+/g) ?? []
  const id = words.find((word) => /^\d{1,15}$/.test(word))
  const job = words.find((word) => /[a-z]/i.test(word))
  const filter = [id && `id:${id}`, job && `job:*${job}*`].filter(Boolean).join(' ')
  if (filter === '') return []
  const { items: workflows } = await getWorkflows(clientWith({ signal }), { filter, limit: MOST })
  return workflows.map(({ id, job }) => ({ text: `${job} #${id}`, to: `/workflows/${id}` }))
}

const findErrors: Find = async (text, signal) => {
  const { items: errors } = await getErrors(clientWith({ signal }))
  const named = errors.map(({ fingerprint, job, error }) => ({
    text: `${error.code}: ${error.message}`,
    detail: job,
    group: job,
    to: `/errors/${fingerprint}`,
  }))
  return ranked(text, named, MOST)
}

/** What the palette finds of the console's own, besides what is known from the start: pages, jobs, queues. */
export const finds: readonly ConsoleFind[] = [
  { title: title('User', 'Utilisateur'), icon: 'user', permission: 'users.read', load: async () => findUsers },
  {
    title: title('Schedule', 'Planification'),
    icon: 'schedule',
    permission: 'schedules.read',
    load: async () => findSchedules,
  },
  { title: title('Workflow', 'Processus'), icon: 'workflow', permission: 'runs.read', load: async () => findWorkflows },
  { title: title('Error', 'Erreur'), icon: 'error', permission: 'runs.read', load: async () => findErrors },
]
