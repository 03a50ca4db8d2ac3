import type { Clock, Database } from '@regie/engine'
import type { Kysely } from 'kysely'
import { PlatformError } from '../errors.ts'
import { runFilterOf } from '../filter/run-filter.ts'
import { newId } from '../id.ts'
import { lockFor } from '../store/lock.ts'
import {
  countViews,
  deleteDefault,
  deleteView,
  forgetForeignDefaults,
  insertView,
  isNameTaken,
  saveDefault,
  selectViews,
  updateView,
  type ViewTables,
} from './store.ts'

/** The lists that views are kept for. */
export const VIEW_LISTS = ['runs', 'workflows', 'errors', 'audit', 'schedules', 'alerts', 'events'] as const

/** A list that views are kept for. */
export type ViewList = (typeof VIEW_LISTS)[number]

/** A filter under a name, as one person sees it. */
export interface SavedView {
  readonly id: string
  readonly list: string
  readonly name: string
  readonly filter: string
  /** The columns it does not show. Absent: whoever opens it sees those they always see. */
  readonly hiddenColumns?: readonly string[]
  /** Everybody in the organisation sees it. */
  readonly shared: boolean
  /** It is of whoever asks. */
  readonly own: boolean
  /** The list of whoever asks begins with it. */
  readonly isDefault: boolean
  readonly updatedAt: number
}

/** Whose views. */
export interface ViewOwner {
  readonly org: string
  readonly id: string
  /** May share views with the organisation, and change shared ones. */
  readonly shares: boolean
}

/** A view as it is saved. */
export interface NewView {
  readonly list: ViewList
  readonly name: string
  readonly filter: string
  readonly hiddenColumns?: readonly string[] | undefined
  readonly shared: boolean
}

/** What may be changed of a view. */
export interface ViewChange {
  readonly name?: string | undefined
  readonly filter?: string | undefined
  readonly shared?: boolean | undefined
}

/** Saved views, personal and shared. */
export interface Views {
  /** One's own and the shared ones, by name. */
  list(owner: ViewOwner, list?: ViewList): Promise<readonly SavedView[]>
  /** Throws `VIEW_EXISTS`, `VIEW_LIMIT`, `FORBIDDEN`, and `INPUT_INVALID` for a filter that its list cannot read. */
  save(owner: ViewOwner, view: NewView): Promise<SavedView>
  /** Throws `VIEW_UNKNOWN`, `VIEW_EXISTS`, `FORBIDDEN`, `INPUT_INVALID`. */
  change(owner: ViewOwner, id: string, change: ViewChange): Promise<SavedView>
  /** Throws `VIEW_UNKNOWN`, `FORBIDDEN`. */
  remove(owner: ViewOwner, id: string): Promise<void>
  /** Begins one's list with this view, or no longer. Throws `VIEW_UNKNOWN`. */
  setDefault(owner: ViewOwner, id: string, isDefault: boolean): Promise<SavedView>
}

// Menus and answers stay short.
const MOST = 200
const FILTERED_BY_RUNS: ReadonlySet<string> = new Set<ViewList>(['runs', 'workflows', 'errors'])

/** The views of a database. */
export function createViews(database: Database, clock: () => Pick<Clock, 'now'>): Views {
  // One change after the other in an organisation: names, numbers and defaults are looked at, then written.
  const change = <T>({ org }: ViewOwner, work: (tx: Kysely<ViewTables>) => Promise<T>): Promise<T> =>
    database.transaction<T, ViewTables>(async (tx) => {
      await lockFor(database, tx, `views of ${org}`)
      return work(tx)
    })
  const check = (list: string, filter: string | undefined): void => {
    if (filter !== undefined && FILTERED_BY_RUNS.has(list)) runFilterOf(filter, clock().now())
  }
  return {
    list: (owner, list) => selectViews(database.kysely<ViewTables>(), owner, { list, limit: MOST }),
    async save(owner, { hiddenColumns, ...view }) {
      const { list, name, filter, shared } = view
      check(list, filter)
      if (shared) requireSharing(owner)
      return change(owner, async (tx) => {
        if ((await countViews(tx, owner)) >= MOST)
          throw new PlatformError('VIEW_LIMIT', `nobody has more than ${MOST} views: delete one first`, { status: 409 })
        const now = clock().now()
        const id = newId(now)
        const added = { id, ...view, ...(hiddenColumns !== undefined && { hiddenColumns }) }
        if (!(await insertView(tx, owner, added, now))) throw taken(name)
        return get(tx, owner, id)
      })
    },
    change: (owner, id, given) =>
      change(owner, async (tx) => {
        const view = await get(tx, owner, id)
        requireChange(owner, view)
        if (given.shared === true) requireSharing(owner)
        check(view.list, given.filter)
        if (given.name !== undefined && (await isNameTaken(tx, owner.org, id, given.name))) throw taken(given.name)
        const updatedAt = clock().now()
        await updateView(tx, owner.org, id, given, updatedAt)
        if (given.shared === false) await forgetForeignDefaults(tx, owner.org, id)
        const isDefault = view.isDefault && (view.own || given.shared !== false)
        return { ...view, ...defined(given), isDefault, updatedAt }
      }),
    remove: (owner, id) =>
      change(owner, async (tx) => {
        requireChange(owner, await get(tx, owner, id))
        await deleteView(tx, owner.org, id)
      }),
    setDefault: (owner, id, isDefault) =>
      change(owner, async (tx) => {
        const view = await get(tx, owner, id)
        await (isDefault ? saveDefault(tx, owner, view) : deleteDefault(tx, owner, id))
        return { ...view, isDefault }
      }),
  }
}

async function get(db: Kysely<ViewTables>, owner: ViewOwner, id: string): Promise<SavedView> {
  const [view] = await selectViews(db, owner, { id, limit: 1 })
  if (view !== undefined) return view
  throw new PlatformError('VIEW_UNKNOWN', `there is no view ${id}: GET /api/v1/views lists them`, { status: 404 })
}

function defined({ name, filter, shared }: ViewChange) {
  return {
    ...(name !== undefined && { name }),
    ...(filter !== undefined && { filter }),
    ...(shared !== undefined && { shared }),
  }
}

function requireSharing({ shares }: ViewOwner): void {
  if (shares) return
  throw new PlatformError('FORBIDDEN', 'Sharing a view with the organisation needs the permission views.share.', {
    status: 403,
    about: { why: 'permission', permission: 'views.share' },
  })
}

function requireChange({ shares }: ViewOwner, { own, shared }: SavedView): void {
  if (own || (shared && shares)) return
  throw new PlatformError('FORBIDDEN', 'A shared view of somebody else is changed with the permission views.share.', {
    status: 403,
    about: { why: 'permission', permission: 'views.share' },
  })
}

function taken(name: string): PlatformError {
  return new PlatformError('VIEW_EXISTS', `there is a view ${name} already: choose another name, or change that one`, {
    status: 409,
    about: { name },
  })
}
