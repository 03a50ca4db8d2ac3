import { pageInput } from '@regie/platform'
import { z } from 'zod'
import { route } from '../regie.ts'
import { searched } from '../text/model.ts'
import { clientId, clientInput, clientView } from './model.ts'
import { changeClient, createClient, listClients, readClient } from './store.ts'

/** `POST /api/v1/quotes/clients` */
export const postClient = route({
  method: 'POST',
  path: '/clients',
  summary: 'Add a client',
  permission: 'client.write',
  input: clientInput,
  output: clientView,
  status: 201,
  handle: (ctx, input) =>
    ctx.transaction(async (tx) => {
      const client = await createClient(tx.db, ctx.clock.now(), input)
      // The object is the person: an erasure of the client finds the entry.
      await tx.audit({ object: { type: 'client', id: client.id }, after: client })
      return client
    }),
})

/** `PUT /api/v1/quotes/clients/:clientId` */
export const putClient = route({
  method: 'PUT',
  path: '/clients/:clientId',
  summary: 'Change a client: what is not given is forgotten',
  permission: 'client.write',
  input: clientInput.extend({ clientId }),
  output: clientView,
  handle: (ctx, { clientId: id, ...input }) =>
    ctx.transaction(async (tx) => {
      const before = await readClient(tx.db, id)
      const after = await changeClient(tx.db, ctx.clock.now(), id, input)
      await tx.audit({ object: { type: 'client', id }, before, after })
      return after
    }),
})

/** `GET /api/v1/quotes/clients` */
export const getClients = route({
  method: 'GET',
  path: '/clients',
  summary: 'List clients by name',
  permission: 'client.read',
  input: z.strictObject({ ...pageInput, q: searched }),
  output: z.object({ items: z.array(clientView).readonly(), next: z.string().optional() }),
  handle: (ctx, query) => listClients(ctx.db, query),
})

/** `GET /api/v1/quotes/clients/:clientId` */
export const getClient = route({
  method: 'GET',
  path: '/clients/:clientId',
  summary: 'Show one client',
  permission: 'client.read',
  input: z.strictObject({ clientId }),
  output: clientView,
  handle: (ctx, input) => readClient(ctx.db, input.clientId),
})
