import { z } from 'zod'
import { mayDo } from '../auth/principal.ts'
import { type Call, type Endpoint, endpoint } from '../http/endpoint.ts'
import { line } from '../validate/line.ts'
import { type SavedView, VIEW_LISTS, type ViewOwner, type Views } from '../view/views.ts'
import { instant, isoOf } from './instant.ts'

const hiddenColumns = z.array(z.string().min(1).max(100)).max(100).readonly()
const viewView = z.object({
  id: z.string(),
  list: z.string(),
  name: z.string(),
  filter: z.string(),
  /** The columns it does not show. Absent: whoever opens it sees those they always see. */
  hiddenColumns: hiddenColumns.optional(),
  shared: z.boolean(),
  /** It is of whoever asks. */
  own: z.boolean(),
  /** It may be renamed, shared and deleted by whoever asks. */
  changeable: z.boolean(),
  /** The list of whoever asks begins with it. */
  isDefault: z.boolean(),
  updatedAt: instant,
})
const name = line(100)
const filter = z.string().max(2_000)
const oneView = z.object({ id: z.uuid() })

/** Filters under a name: one's own, and those shared with the organisation. */
export function viewEndpoints(views: Views): readonly Endpoint[] {
  return [
    endpoint({
      method: 'GET',
      url: '/api/v1/views',
      summary: "List one's own saved views and the shared ones",
      access: 'signed-in',
      input: z.object({ list: z.enum(VIEW_LISTS).optional() }),
      output: z.object({ items: z.array(viewView).readonly() }),
      async handle({ list }, call) {
        const owner = ownerOf(call)
        return { items: (await views.list(owner, list)).map((view) => viewSaved(view, owner)) }
      },
    }),
    endpoint({
      method: 'POST',
      url: '/api/v1/views',
      summary: 'Save a filter under a name; sharing it needs the permission views.share',
      access: 'signed-in',
      input: z.object({
        list: z.enum(VIEW_LISTS),
        name,
        filter,
        hiddenColumns: hiddenColumns.optional(),
        shared: z.boolean().default(false),
      }),
      output: viewView,
      status: 201,
      async handle(view, call) {
        const owner = ownerOf(call)
        return viewSaved(await views.save(owner, view), owner)
      },
    }),
    endpoint({
      method: 'PATCH',
      url: '/api/v1/views/:id',
      summary: 'Rename a saved view, change its filter, share it or keep it to oneself',
      access: 'signed-in',
      input: oneView.extend({ name: name.optional(), filter: filter.optional(), shared: z.boolean().optional() }),
      output: viewView,
      async handle({ id, ...change }, call) {
        const owner = ownerOf(call)
        return viewSaved(await views.change(owner, id, change), owner)
      },
    }),
    endpoint({
      method: 'DELETE',
      url: '/api/v1/views/:id',
      summary: 'Delete a saved view',
      access: 'signed-in',
      input: oneView,
      output: z.object({}),
      status: 204,
      async handle({ id }, call) {
        await views.remove(ownerOf(call), id)
        return {}
      },
    }),
    endpoint({
      method: 'POST',
      url: '/api/v1/views/:id/default',
      summary: 'Begin the list with this view, or no longer, for oneself',
      access: 'signed-in',
      input: oneView.extend({ isDefault: z.boolean().default(true) }),
      output: viewView,
      async handle({ id, isDefault }, call) {
        const owner = ownerOf(call)
        return viewSaved(await views.setDefault(owner, id, isDefault), owner)
      },
    }),
  ]
}

function ownerOf(call: Call): ViewOwner {
  const principal = call.principal()
  return { org: principal.org, id: principal.id, shares: mayDo(principal, 'views.share') }
}

function viewSaved({ updatedAt, ...view }: SavedView, { shares }: ViewOwner): z.input<typeof viewView> {
  return { ...view, changeable: view.own || shares, updatedAt: isoOf(updatedAt) }
}
