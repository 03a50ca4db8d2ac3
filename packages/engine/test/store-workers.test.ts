import { expect, it } from 'vitest'
import { finishRuns } from '../src/store/finish.ts'
import { readLeases } from '../src/store/leases.ts'
import { beatWorker, buryWorkers, listWorkers, registerWorker, returnUnknownLeases } from '../src/store/workers.ts'
import { finished, onBothStores } from './store-ground.ts'

onBothStores((ground) => {
  /** A worker that has claimed some runs, which are at their third attempt. */
  async function workerWith(count: number) {
    const epoch = await ground().worker()
    const ids = await ground().enqueue(count)
    await ground().db.updateTable('engine_ready').set({ attempt: 3 }).where('id', 'in', ids).execute()
    const { leaseId } = await ground().claim(epoch, count, 70)
    return { epoch, ids, leaseId }
  }

  it('gives each worker a greater epoch than any before, even after the last was buried', async () => {
    const first = await registerWorker(ground().db, 'one', ['default', 'mail'], 10)
    const second = await registerWorker(ground().db, 'two', [], 20)
    expect(second).toBeGreaterThan(first)
    expect(await listWorkers(ground().db)).toEqual([
      { epoch: first, name: 'one', queues: ['default', 'mail'], startedAt: 10, beatAt: 10 },
      { epoch: second, name: 'two', queues: [], startedAt: 20, beatAt: 20 },
    ])
    await ground().tx((tx) => buryWorkers(tx, [second], 30))
    expect(await registerWorker(ground().db, 'three', [], 40)).toBeGreaterThan(second)
  })

  it('hears a worker that lives, and tells one that was buried', async () => {
    const [alive, dead] = [await ground().worker(10), await ground().worker(10)]
    await ground().tx((tx) => buryWorkers(tx, [dead], 20))
    expect(await beatWorker(ground().db, alive, 30)).toBe(true)
    expect(await beatWorker(ground().db, dead, 30)).toBe(false)
    expect(await listWorkers(ground().db)).toMatchObject([{ epoch: alive, startedAt: 10, beatAt: 30 }])
  })

  it('gives what a dead worker had to others as the next attempt, and says what became of this one', async () => {
    const { epoch, ids } = await workerWith(2)
    const taken = await ground().tx((tx) => buryWorkers(tx, [epoch], 900))
    expect(taken.toSorted()).toEqual(ids)
    for (const id of ids) expect(await ground().places(id)).toEqual(['ready 4'])
    const attempts = await ground().db.selectFrom('engine_attempt').selectAll().orderBy('run').execute()
    const lost = { attempt: 3, started_at: 70, ended_at: 900 }
    expect(attempts).toMatchObject(ids.map((run) => ({ run, ...lost })))
    expect(JSON.parse(attempts[0]?.error ?? '{}')).toEqual({
      code: 'WORKER_LOST',
      message: `worker ${epoch} died or was silent for too long while it had this run`,
    })
    expect(await readLeases(ground().db)).toEqual([])
  })

  it('returns what a worker that signed off had with the same attempt, and records none', async () => {
    const { epoch, ids } = await workerWith(1)
    expect(await ground().tx((tx) => buryWorkers(tx, [epoch], 900, { interrupted: true }))).toEqual(ids)
    expect(await ground().places(ids[0] ?? 0)).toEqual(['ready 3'])
    expect(await ground().db.selectFrom('engine_attempt').selectAll().execute()).toEqual([])
    expect(await readLeases(ground().db)).toEqual([])
  })

  it('leaves alone what has ended, and what other workers have', async () => {
    const dead = await workerWith(3)
    const alive = await workerWith(1)
    const [ended = 0, ...lost] = dead.ids
    await ground().tx((tx) => finishRuns(tx, ground().hot, [finished(ended, { attempt: 3 })]))
    const taken = await ground().tx((tx) => buryWorkers(tx, [dead.epoch], 900))
    expect(taken.toSorted()).toEqual(lost)
    expect(await ground().places(ended)).toEqual(['succeeded 3'])
    expect(await ground().places(alive.ids[0] ?? 0)).toEqual([])
    expect(await readLeases(ground().db)).toMatchObject([{ id: alive.leaseId, worker: alive.epoch }])
  })

  it('hands the slots of lost runs to those that wait for them', async () => {
    const { epoch, ids } = await workerWith(1)
    const [lost = 0] = ids
    const [waiting = 0] = await ground().enqueue(1)
    await ground().db.deleteFrom('engine_ready').where('id', '=', waiting).execute()
    const line = { gate: 'bank', priority: 2, vtime: 0, id: waiting, attempt: 5 }
    await ground().db.insertInto('engine_blocked').values(line).execute()
    await ground().hold('bank', 1, [lost])
    await ground().tx((tx) => buryWorkers(tx, [epoch], 900))
    expect(await ground().places(waiting)).toEqual(['ready 5'])
    expect(await ground().holders('bank')).toEqual([waiting])
  })

  it('buries several workers at once, and none twice', async () => {
    const [one, two] = [await workerWith(1), await workerWith(2)]
    const epochs = [one.epoch, two.epoch]
    const taken = await ground().tx((tx) => buryWorkers(tx, epochs, 900))
    expect(taken.toSorted()).toEqual([...one.ids, ...two.ids])
    expect(await listWorkers(ground().db)).toEqual([])
    expect(await ground().tx((tx) => buryWorkers(tx, epochs, 950))).toEqual([])
    expect(await ground().places(one.ids[0] ?? 0)).toEqual(['ready 4'])
  })

  it('buries of the silent only those that are still silent, or whose clock ran ahead of the store', async () => {
    const beats = { earlier: 99, since: 100, back: 101, now: 900, ahead: 901 }
    const epochs = new Map<number, string>()
    for (const [name, beat] of Object.entries(beats)) epochs.set(await ground().worker(beat), name)
    await ground().tx((tx) => buryWorkers(tx, [...epochs.keys()], 900, { silentSince: 100 }))
    const left = (await listWorkers(ground().db)).map(({ epoch }) => epochs.get(epoch))
    expect(left).toEqual(['back', 'now'])
  })

  it('buries whoever is named when silence does not matter', async () => {
    const epoch = await ground().worker(900)
    await ground().tx((tx) => buryWorkers(tx, [epoch], 900))
    expect(await listWorkers(ground().db)).toEqual([])
  })

  it('gives back what a worker holds under leases it does not know, with the same attempt and without an error', async () => {
    const { epoch, ids, leaseId: known } = await workerWith(1)
    const later = await ground().enqueue(2)
    const { leaseId: unknown } = await ground().claim(epoch)
    const [ended = 0, orphan = 0] = later
    await ground().tx((tx) => finishRuns(tx, ground().hot, [finished(ended)]))
    const has = await ground().tx((tx) => returnUnknownLeases(tx, epoch, (lease) => lease === known))
    expect(has).toEqual(new Set([known, unknown]))
    expect(await ground().places(orphan)).toEqual(['ready 1'])
    expect(await ground().places(ended)).toEqual(['succeeded 1'])
    expect(await ground().places(ids[0] ?? 0)).toEqual([])
    expect((await readLeases(ground().db)).map(({ id }) => id)).toEqual([known])
    expect(await ground().db.selectFrom('engine_attempt').selectAll().execute()).toEqual([])
  })

  it('gives nothing back when the worker knows all its leases, or has none', async () => {
    const { epoch, ids, leaseId } = await workerWith(1)
    const other = await workerWith(1)
    expect(await ground().tx((tx) => returnUnknownLeases(tx, epoch, () => true))).toEqual(new Set([leaseId]))
    expect(await ground().places(ids[0] ?? 0)).toEqual([])
    const idle = await ground().worker()
    expect(await ground().tx((tx) => returnUnknownLeases(tx, idle, () => false))).toEqual(new Set())
    expect(new Set((await readLeases(ground().db)).map(({ worker }) => worker))).toEqual(new Set([epoch, other.epoch]))
  })

  it('tells a worker that was buried that it has no leases any more', async () => {
    const { epoch } = await workerWith(1)
    await ground().tx((tx) => buryWorkers(tx, [epoch], 900))
    expect(await ground().tx((tx) => returnUnknownLeases(tx, epoch, () => false))).toBeUndefined()
  })
})
