import { type SavedView, VIEW_LISTS, type ViewOwner } from '../view/views.ts'
import { command } from './command.ts'
import { choice, readLine, text } from './option.ts'
import type { Session } from './session.ts'
import { table } from './table.ts'
import { usageError } from './usage.ts'

// Views made here are shared: whoever types commands has no lists of their own.
const OPERATOR = 'operator'

/** `regie views list` */
export const viewsList = command({
  name: 'views list',
  summary: 'List the saved views that the organisation shares',
  options: { list: choice(VIEW_LISTS, 'Of this list') },
  async run({ options, session }) {
    const { views } = await session.open()
    const all = await views.list(await ownerOf(session), options.list)
    return {
      json: { items: all },
      text: (screen) =>
        all.length === 0
          ? 'No view is shared.\n'
          : table<SavedView>(
              screen,
              [
                { title: 'ID', value: ({ id }) => id },
                { title: 'LIST', value: ({ list }) => list },
                { title: 'NAME', value: ({ name }) => name },
                { title: 'FILTER', value: ({ filter }) => filter },
              ],
              all,
            ),
    }
  },
})

/** `regie views save` */
export const viewsSave = command({
  name: 'views save',
  summary: 'Save a filter under a name and share it with the organisation',
  changes: 'view',
  parameters: { list: { about: VIEW_LISTS.join(', ') }, name: { about: 'what it is called' } },
  options: { filter: text('<filter>', "In the words of the console's filter") },
  examples: ["views save runs 'Failed mail' --filter 'queue:mail state:failed'"],
  async run({ words, options, session }) {
    const list = VIEW_LISTS.find((known) => known === words.list)
    if (list === undefined) throw usageError(`there is no list ${words.list}: choose ${VIEW_LISTS.join(', ')}`)
    const { filter = '' } = options
    if (filter.length > 2_000) throw usageError('--filter has more than 2,000 characters')
    const name = readLine(words.name, 'the name', 100)
    const { views } = await session.open()
    const view = await views.save(await ownerOf(session), { list, name, filter, shared: true })
    return { json: view, text: () => `The view ${view.name} is shared.\n` }
  },
})

/** `regie views delete` */
export const viewsDelete = command({
  name: 'views delete',
  summary: 'Delete a saved view that is shared',
  changes: 'view',
  parameters: { id: { about: 'see views list' } },
  async run({ words, session }) {
    const { views } = await session.open()
    await views.remove(await ownerOf(session), words.id)
    return { json: { id: words.id, deleted: true }, text: () => 'The view is deleted.\n' }
  },
})

async function ownerOf(session: Session): Promise<ViewOwner> {
  const { org } = await session.config()
  return { org: org.id, id: OPERATOR, shares: true }
}
