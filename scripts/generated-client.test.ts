// The generated functions of an app and of the platform, against the product they were generated from.
import { expect, test } from 'vitest'
import { getClients, postClients } from '../apps/quotes/console/api.gen.ts'
import { getRun, getRuns, postScheduleRun } from '../packages/console/src/api.gen.ts'
import { createClient, isApiError, pages } from '../packages/platform/src/client.ts'
import { credentialsOf, everythingIn } from '../regie/test/identity.ts'
import { openProduct } from '../regie/test/product.ts'

test('the generated client speaks what the product understands', async () => {
  await using product = await openProduct('SQLite')
  const client = createClient({ baseUrl: product.address, headers: credentialsOf(everythingIn('main')) })
  for (const name of ['Anne', 'Bob', 'Chloé']) await postClients(client, { name, language: 'fr' })
  const names: string[] = []
  for await (const { items } of pages((cursor) => getClients(client, { limit: 2, cursor })))
    names.push(...items.map(({ name }) => name))
  expect(names).toEqual(['Anne', 'Bob', 'Chloé'])
  const { runId } = await postScheduleRun(client, { name: 'cleanup.temporary-files' })
  await product.platform.engine.runs.wait(runId)
  expect(await getRun(client, { id: runId })).toMatchObject({ job: 'cleanup.temporary-files', state: 'succeeded' })
  const { items: runs } = await getRuns(client, { state: ['succeeded', 'failed'], limit: 1 })
  expect(runs).toHaveLength(1)
  const refused = await postClients(client, { name: '', country: 'France' }).catch((error: unknown) => error)
  expect(isApiError(refused, 'INPUT_INVALID') && refused.next).toMatchObject({
    do: 'correct',
    errors: { name: [expect.any(String)], country: [expect.any(String)] },
  })
})
