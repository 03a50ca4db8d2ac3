import { expect, it } from 'vitest'
import { leaveLeases, readLeases, writeLeases } from '../src/store/leases.ts'
import { onBothStores } from './store-ground.ts'

/** In the order of their numbers, which is not that of the claims on PostgreSQL. */
function inOrder<T extends { readonly id: number }>(leases: readonly T[]): readonly T[] {
  return leases.toSorted((a, b) => a.id - b.id)
}

onBothStores((ground) => {
  /** A worker with one lease for each number, covering so many runs. */
  async function workerWith(...sizes: readonly number[]) {
    const epoch = await ground().worker()
    const leases: { readonly id: number; readonly ids: readonly number[] }[] = []
    for (const size of sizes) {
      await ground().enqueue(size)
      const { leaseId, runs } = await ground().claim(epoch, size, 70)
      leases.push({ id: leaseId, ids: runs.map(({ id }) => id) })
    }
    return { epoch, leases }
  }

  it('tells the leases of the workers that are named, in order, with their runs and attempts', async () => {
    const first = await workerWith(2, 1)
    const second = await workerWith(1)
    const expected = inOrder(first.leases).map(({ id, ids }) => {
      return { id, worker: first.epoch, queue: 'default', claimedAt: 70, ids, attempts: ids.map(() => 1) }
    })
    expect(await readLeases(ground().db, [first.epoch])).toEqual(expected)
    const all = inOrder([...first.leases, ...second.leases]).map(({ id }) => id)
    expect((await readLeases(ground().db, [second.epoch, first.epoch])).map(({ id }) => id)).toEqual(all)
    expect((await readLeases(ground().db)).map(({ id }) => id)).toEqual(all)
  })

  it('tells none when no worker is named', async () => {
    await workerWith(1)
    expect(await readLeases(ground().db, [])).toEqual([])
  })

  it('rewrites what leases still cover, deletes those that cover nothing, and leaves the others alone', async () => {
    const { epoch, leases } = await workerWith(3, 2, 1, 1)
    const [shrunk, replaced, emptied, untouched] = leases
    if (!shrunk || !replaced || !emptied || !untouched) throw new Error('four leases were made')
    const rests = [
      { id: shrunk.id, ids: shrunk.ids.slice(1), attempts: [4, 5] },
      { id: emptied.id, ids: [], attempts: [] },
      { id: replaced.id, ids: replaced.ids.toReversed(), attempts: [6, 7] },
    ]
    await ground().tx((tx) => writeLeases(tx, rests))
    expect(await readLeases(ground().db, [epoch])).toMatchObject(
      inOrder([
        { id: shrunk.id, ids: shrunk.ids.slice(1), attempts: [4, 5] },
        { id: replaced.id, ids: replaced.ids.toReversed(), attempts: [6, 7] },
        { id: untouched.id, ids: untouched.ids, attempts: [1] },
      ]),
    )
  })

  it('of one worker leaves alone the leases of another that are numbered like its own once were', async () => {
    const mine = await workerWith(2, 1)
    const other = await workerWith(2, 1)
    const [shrunk, emptied] = mine.leases
    const [kept, whole] = other.leases
    if (!shrunk || !emptied || !kept || !whole) throw new Error('four leases were made')
    const rests = [shrunk, kept].map(({ id, ids }) => ({ id, ids: ids.slice(1), attempts: [2] }))
    const nothing = [emptied, whole].map(({ id }) => ({ id, ids: [], attempts: [] }))
    await ground().tx((tx) => writeLeases(tx, [...rests, ...nothing], mine.epoch))
    expect(await readLeases(ground().db, [mine.epoch])).toMatchObject([{ id: shrunk.id, ids: shrunk.ids.slice(1) }])
    expect(await readLeases(ground().db, [other.epoch])).toMatchObject(
      inOrder([kept, whole]).map(({ id, ids }) => ({ id, ids, attempts: ids.map(() => 1) })),
    )
  })

  it('writes nothing when there is nothing to write, or only leases to delete', async () => {
    const { epoch, leases } = await workerWith(1, 1)
    await ground().tx((tx) => writeLeases(tx, []))
    expect(await readLeases(ground().db, [epoch])).toHaveLength(2)
    await ground().tx((tx) =>
      writeLeases(
        tx,
        leases.map(({ id }) => ({ id, ids: [], attempts: [] })),
      ),
    )
    expect(await readLeases(ground().db, [epoch])).toEqual([])
  })

  it('takes runs out of whatever leases name them, and keeps the order and the attempts of the rest', async () => {
    const { epoch, leases } = await workerWith(4, 2, 1)
    const [wide, whole, other] = leases
    if (!wide || !whole || !other) throw new Error('three leases were made')
    const [a = 0, b = 0, c = 0, d = 0] = wide.ids
    await ground().tx((tx) => writeLeases(tx, [{ id: wide.id, ids: [c, a, d, b], attempts: [3, 1, 4, 2] }]))
    await ground().tx((tx) => leaveLeases(tx, [a, d, ...whole.ids, 999_999]))
    const left = (await readLeases(ground().db, [epoch])).filter(({ ids }) => ids.length > 0)
    expect(left).toMatchObject(
      inOrder([
        { id: wide.id, ids: [c, b], attempts: [3, 2] },
        { id: other.id, ids: other.ids, attempts: [1] },
      ]),
    )
  })

  it('does not take back a run that has left a lease since its worker looked', async () => {
    const { epoch, leases } = await workerWith(3)
    const [lease] = leases
    if (!lease) throw new Error('a lease was made')
    const [a = 0, b = 0, c = 0] = lease.ids
    await ground().tx((tx) => leaveLeases(tx, [b]))
    await ground().tx((tx) => writeLeases(tx, [{ id: lease.id, ids: [c, b, a], attempts: [3, 2, 1] }]))
    expect(await readLeases(ground().db, [epoch])).toMatchObject([{ ids: [c, a], attempts: [3, 1] }])
  })

  it('leaves all leases as they are when none names the runs', async () => {
    const { epoch } = await workerWith(2, 1)
    const before = await readLeases(ground().db, [epoch])
    await ground().tx((tx) => leaveLeases(tx, [999_999]))
    await ground().tx((tx) => leaveLeases(tx, []))
    expect(await readLeases(ground().db, [epoch])).toEqual(before)
  })
})
