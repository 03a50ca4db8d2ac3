import type { Clock, Database } from '@regie/engine'
import { PlatformError } from '../errors.ts'
import { runFilterOf } from '../filter/run-filter.ts'
import { newId } from '../id.ts'
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
  save(
    owner: ViewOwner,
    view: { readonly list: ViewList; readonly name: string; readonly filter: string; readonly shared: boolean },
  ): Promise<SavedView>
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
  const get = async (owner: ViewOwner, id: string): Promise<SavedView> => {
    const [view] = await selectViews(database, owner, { id, limit: 1 })
    if (view !== undefined) return view
    throw new PlatformError('VIEW_UNKNOWN', `there is no view ${id}: GET /api/v1/views lists them`, { status: 404 })
  }
  const check = (list: string, filter: string | undefined): void => {
    if (filter !== undefined && FILTERED_BY_RUNS.has(list)) runFilterOf(filter, clock().now())
  }
  return {
    list: (owner, list) => selectViews(database, owner, { list, limit: MOST }),
    async save(owner, { list, name, filter, shared }) {
      check(list, filter)
      if (shared) requireSharing(owner)
      if ((await countViews(database, owner)) >= MOST)
        throw new PlatformError('VIEW_LIMIT', `nobody has more than ${MOST} views: delete one first`, { status: 409 })
      const now = clock().now()
      const id = newId(now)
      if (!(await insertView(database, owner, { id, list, name, filter, shared }, now))) throw taken(name)
      return get(owner, id)
    },
    async change(owner, id, change) {
      const view = await get(owner, id)
      requireChange(owner, view)
      if (change.shared === true) requireSharing(owner)
      check(view.list, change.filter)
      if (change.name !== undefined && (await isNameTaken(database, owner.org, id, change.name)))
        throw taken(change.name)
      const updatedAt = clock().now()
      await updateView(database, owner.org, id, change, updatedAt)
      if (change.shared === false) await forgetForeignDefaults(database, owner.org, id)
      const isDefault = view.isDefault && (view.own || change.shared !== false)
      return { ...view, ...defined(change), isDefault, updatedAt }
    },
    async remove(owner, id) {
      requireChange(owner, await get(owner, id))
      await deleteView(database, owner.org, id)
    },
    async setDefault(owner, id, isDefault) {
      const view = await get(owner, id)
      await (isDefault ? saveDefault(database, owner, view) : deleteDefault(database, owner, id))
      return { ...view, isDefault }
    },
  }
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
  })
}

function requireChange({ shares }: ViewOwner, { own, shared }: SavedView): void {
  if (own || (shared && shares)) return
  throw new PlatformError('FORBIDDEN', 'A shared view of somebody else is changed with the permission views.share.', {
    status: 403,
  })
}

function taken(name: string): PlatformError {
  return new PlatformError('VIEW_EXISTS', `there is a view ${name} already: choose another name, or change that one`, {
    status: 409,
  })
}
