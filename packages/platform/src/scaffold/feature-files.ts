import type { AppWords } from './words.ts'

/** The first feature of an app: a table, three addresses, a job with its schedule, an event; by path below `apps/<id>`. */
export function featureFiles({ id, prefix }: AppWords): Readonly<Record<string, string>> {
  return {
    'src/item/model.ts': `import { z } from 'zod'

/** A new item, as a person writes it. */
export const itemInput = z.strictObject({
  title: z.string('title must be text').trim().min(1, 'title must not be empty').max(200),
})

/** An item as the API shows it. */
export const itemView = z.object({
  id: z.uuid(),
  title: z.string(),
  doneAt: z.iso.datetime().nullable(),
  createdAt: z.iso.datetime(),
})

/** An item as the API shows it. */
export type ItemView = z.output<typeof itemView>
`,
    'src/item/events.ts': `import { z } from 'zod'
import { event } from '../regie.ts'

/** An item was added. Events are kept for ever: nothing personal in them. */
export const itemAdded = event({ name: 'item-added', data: z.object({ itemId: z.uuid() }) })

/** The stream in which everything about one item happens. */
export function streamOf(itemId: string): string {
  return \`item-\${itemId}\`
}
`,
    'src/item/store.ts': `import { decodeCursor, isoOf, isoOrNull, keyset, type Page, toPage } from '@regie/platform'
import type { Insertable, Selectable } from 'kysely'
import type { Db } from '../regie.ts'
import type { ItemTable } from '../schema.ts'
import type { ItemView } from './model.ts'

const TABLE = '${prefix}item'
const LIST = '${id}.items'

/** Writes a new item. */
export async function insertItem(db: Db, item: Insertable<ItemTable>): Promise<void> {
  await db.insertInto(TABLE).values(item).execute()
}

/** A page of items, newest first. Throws \`CURSOR_INVALID\`. */
export async function listItems(
  db: Db,
  { limit, cursor }: { readonly limit: number; readonly cursor?: string | undefined },
): Promise<Page<ItemView>> {
  const after = decodeCursor(LIST, cursor, ['text'])
  const items = db.selectFrom(TABLE).selectAll()
  const rows = await keyset(items, { columns: ['id'], direction: 'desc', after, limit }).execute()
  const page = toPage(rows, { list: LIST, limit, key: (row) => [row.id] })
  return { ...page, items: page.items.map(toView) }
}

/** Marks an item done; false when none of that id is open. */
export async function markDone(db: Db, itemId: string, now: number): Promise<boolean> {
  const changed = await db
    .updateTable(TABLE)
    .set({ done_at: now })
    .where('id', '=', itemId)
    .where('done_at', 'is', null)
    .executeTakeFirst()
  return changed.numUpdatedRows === 1n
}

/** Whether there is an item of that id, done or not. */
export async function hasItem(db: Db, itemId: string): Promise<boolean> {
  const row = await db.selectFrom(TABLE).select('id').where('id', '=', itemId).executeTakeFirst()
  return row !== undefined
}

/** Removes what was done before \`before\` (milliseconds UTC); answers how many. */
export async function removeDone(db: Db, before: number): Promise<number> {
  const removed = await db.deleteFrom(TABLE).where('done_at', '<', before).executeTakeFirst()
  return Number(removed.numDeletedRows)
}

/** An item as the API shows it. */
export function toView(row: Omit<Selectable<ItemTable>, 'org_id'>): ItemView {
  return { id: row.id, title: row.title, doneAt: isoOrNull(row.done_at), createdAt: isoOf(row.created_at) }
}
`,
    'src/item/routes.ts': `import { newId, pageInput } from '@regie/platform'
import { z } from 'zod'
import { AppError } from '../errors.ts'
import { route } from '../regie.ts'
import { itemAdded, streamOf } from './events.ts'
import { itemInput, itemView } from './model.ts'
import { hasItem, insertItem, listItems, markDone, toView } from './store.ts'

/** \`POST /api/v1/${id}/items\`: row and event commit together. */
export const postItem = route({
  method: 'POST',
  path: '/items',
  summary: 'Add an item',
  permission: 'item.write',
  input: itemInput,
  output: itemView,
  status: 201,
  async handle(ctx, { title }) {
    const now = ctx.clock.now()
    const item = { id: newId(now), title, done_at: null, created_at: now }
    await ctx.transaction(async (tx) => {
      await insertItem(tx.db, item)
      await tx.append(streamOf(item.id), 'new', itemAdded.with({ itemId: item.id }))
    })
    return toView(item)
  },
})

/** \`GET /api/v1/${id}/items\` */
export const getItems = route({
  method: 'GET',
  path: '/items',
  summary: 'List items, newest first',
  permission: 'item.read',
  input: z.strictObject(pageInput),
  output: z.object({ items: z.array(itemView).readonly(), next: z.string().optional() }),
  handle: (ctx, query) => listItems(ctx.db, query),
})

/** \`POST /api/v1/${id}/items/:itemId/done\` */
export const postDone = route({
  method: 'POST',
  path: '/items/:itemId/done',
  summary: 'Mark an item done',
  permission: 'item.write',
  input: z.strictObject({ itemId: z.uuid('itemId must be the id of an item') }),
  output: z.object({ changed: z.boolean() }),
  handle: (ctx, { itemId }) =>
    ctx.transaction(async (tx) => {
      const changed = await markDone(tx.db, itemId, ctx.clock.now())
      if (changed || (await hasItem(tx.db, itemId))) return { changed }
      throw new AppError('ITEM_UNKNOWN', \`There is no item \${itemId}: the list of items has those there are.\`)
    }),
})
`,
    'src/item/jobs.ts': `import { z } from 'zod'
import { job, schedule } from '../regie.ts'
import { removeDone } from './store.ts'

const DAY_MS = 86_400_000

/** \`${id}.tidy\`: removes items that were done long ago. */
export const tidy = job({
  name: 'tidy',
  input: z.strictObject({}),
  unique: { onConflict: 'return' },
  run(ctx) {
    const before = ctx.clock.now() - ctx.config.keepDays * DAY_MS
    return ctx.complete(async (tx) => ({ removed: await removeDone(tx.db, before) }))
  },
})

/** Every night at half past two. */
export const tidySchedule = schedule({
  name: 'tidy',
  for: 'each-organisation',
  description: { en: 'Removes items that were done long ago', fr: 'Supprime les éléments terminés depuis longtemps' },
  cron: '30 2 * * *',
  timeZone: 'Europe/Paris',
  job: tidy,
  input: {},
})
`,
  }
}
