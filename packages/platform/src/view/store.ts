import type { Kysely } from 'kysely'
import type { SavedView, ViewChange, ViewOwner } from './views.ts'

/** The tables of saved views. */
export interface ViewTables {
  readonly platform_view: {
    readonly id: string
    readonly org_id: string
    readonly owner_id: string
    readonly list: string
    readonly name: string
    readonly filter: string
    /** JSON. */
    readonly hidden_columns: string | null
    readonly shared: number
    readonly created_at: number
    readonly updated_at: number
  }
  readonly platform_view_default: {
    readonly org_id: string
    readonly user_id: string
    readonly list: string
    readonly view_id: string
  }
}

/** One's own views and the shared ones, by name; of one list when it is named. */
export async function selectViews(
  db: Kysely<ViewTables>,
  { org, id: user }: ViewOwner,
  { list, id, limit }: { readonly list?: string | undefined; readonly id?: string; readonly limit: number },
): Promise<readonly SavedView[]> {
  const rows = await db
    .selectFrom('platform_view as v')
    .leftJoin('platform_view_default as d', (join) =>
      join.onRef('d.view_id', '=', 'v.id').on('d.org_id', '=', org).on('d.user_id', '=', user),
    )
    .selectAll('v')
    .select('d.view_id')
    .where('v.org_id', '=', org)
    .where((where) => where.or([where('v.owner_id', '=', user), where('v.shared', '=', 1)]))
    .$if(list !== undefined, (query) => query.where('v.list', '=', list ?? ''))
    .$if(id !== undefined, (query) => query.where('v.id', '=', id ?? ''))
    .orderBy('v.name')
    .orderBy('v.id')
    .limit(limit)
    .execute()
  return rows.map((row) => ({
    id: row.id,
    list: row.list,
    name: row.name,
    filter: row.filter,
    shared: row.shared === 1,
    own: row.owner_id === user,
    isDefault: row.view_id !== null,
    updatedAt: row.updated_at,
    ...(row.hidden_columns !== null && { hiddenColumns: JSON.parse(row.hidden_columns) }),
  }))
}

/** Adds a view; false when its owner has one of this name in this list. */
export async function insertView(
  db: Kysely<ViewTables>,
  { org, id: owner }: ViewOwner,
  view: Pick<SavedView, 'id' | 'list' | 'name' | 'filter' | 'hiddenColumns' | 'shared'>,
  now: number,
): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('platform_view')
    .values({
      id: view.id,
      org_id: org,
      owner_id: owner,
      list: view.list,
      name: view.name,
      filter: view.filter,
      hidden_columns: view.hiddenColumns === undefined ? null : JSON.stringify(view.hiddenColumns),
      shared: view.shared ? 1 : 0,
      created_at: now,
      updated_at: now,
    })
    .onConflict((conflict) => conflict.columns(['org_id', 'list', 'owner_id', 'name']).doNothing())
    .executeTakeFirst()
  return (numInsertedOrUpdatedRows ?? 0n) > 0n
}

/** How many views somebody has. */
export async function countViews(db: Kysely<ViewTables>, { org, id: owner }: ViewOwner): Promise<number> {
  const row = await db
    .selectFrom('platform_view')
    .select(({ fn }) => fn.countAll<number>().as('views'))
    .where('org_id', '=', org)
    .where('owner_id', '=', owner)
    .executeTakeFirst()
  return Number(row?.views ?? 0)
}

/** True when the owner of a view has another of this name in the same list. */
export async function isNameTaken(db: Kysely<ViewTables>, org: string, id: string, name: string): Promise<boolean> {
  const row = await db
    .selectFrom('platform_view as v')
    .innerJoin('platform_view as o', (join) =>
      join
        .onRef('o.org_id', '=', 'v.org_id')
        .onRef('o.list', '=', 'v.list')
        .onRef('o.owner_id', '=', 'v.owner_id')
        .onRef('o.id', '!=', 'v.id'),
    )
    .select('o.id')
    .where('v.org_id', '=', org)
    .where('v.id', '=', id)
    .where('o.name', '=', name)
    .executeTakeFirst()
  return row !== undefined
}

/** Changes a view. */
export async function updateView(
  db: Kysely<ViewTables>,
  org: string,
  id: string,
  { name, filter, shared }: ViewChange,
  now: number,
): Promise<void> {
  await db
    .updateTable('platform_view')
    .set({
      updated_at: now,
      ...(name !== undefined && { name }),
      ...(filter !== undefined && { filter }),
      ...(shared !== undefined && { shared: shared ? 1 : 0 }),
    })
    .where('org_id', '=', org)
    .where('id', '=', id)
    .execute()
}

/** Deletes a view; it is nobody's default any more. */
export async function deleteView(db: Kysely<ViewTables>, org: string, id: string): Promise<void> {
  await db.deleteFrom('platform_view_default').where('org_id', '=', org).where('view_id', '=', id).execute()
  await db.deleteFrom('platform_view').where('org_id', '=', org).where('id', '=', id).execute()
}

/** A view that is not shared any more is nobody else's default. */
export async function forgetForeignDefaults(db: Kysely<ViewTables>, org: string, id: string): Promise<void> {
  await db
    .deleteFrom('platform_view_default')
    .where('org_id', '=', org)
    .where('view_id', '=', id)
    .where((where) =>
      where.not(
        where.exists(
          where
            .selectFrom('platform_view as v')
            .select('v.id')
            .whereRef('v.id', '=', 'platform_view_default.view_id')
            .whereRef('v.owner_id', '=', 'platform_view_default.user_id'),
        ),
      ),
    )
    .execute()
}

/** Begins somebody's list with a view. */
export async function saveDefault(
  db: Kysely<ViewTables>,
  { org, id: user }: ViewOwner,
  { list, id }: Pick<SavedView, 'list' | 'id'>,
): Promise<void> {
  await db
    .insertInto('platform_view_default')
    .values({ org_id: org, user_id: user, list, view_id: id })
    .onConflict((conflict) => conflict.columns(['org_id', 'user_id', 'list']).doUpdateSet({ view_id: id }))
    .execute()
}

/** Somebody's list begins with this view no longer; if it begins with another, that stays. */
export async function deleteDefault(db: Kysely<ViewTables>, { org, id: user }: ViewOwner, id: string): Promise<void> {
  await db
    .deleteFrom('platform_view_default')
    .where('org_id', '=', org)
    .where('user_id', '=', user)
    .where('view_id', '=', id)
    .execute()
}
