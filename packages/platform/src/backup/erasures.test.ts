import { appendFile, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { ERASURES, openErasureList, readErasures } from './erasures.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'regie-erasures-'))
})
afterEach(() => rm(folder, { recursive: true }))

const ada = { org: 'main', person: 'ada', at: 1 }
const bob = { org: 'main', person: 'bob', at: 2 }
const path = () => join(folder, 'backups', ERASURES)
const list = () => openErasureList(join(folder, 'backups'))
const listed = async () => (await readErasures(join(folder, 'backups'))).erasures

test('nobody was forgotten where there is no list, and nothing makes one', async () => {
  expect(await readErasures(folder)).toEqual({ erasures: [], unreadable: [] })
  expect(await list().add([])).toBe(0)
  await expect(stat(path())).rejects.toThrow('ENOENT')
})

test('each person is listed once in an organisation, however often and by however many', async () => {
  const [first, second] = [list(), list()]
  expect(await first.add([ada, ada])).toBe(1)
  expect(await second.add([ada, bob])).toBe(1)
  expect(
    await first.add([
      { ...ada, at: 9 },
      { ...ada, org: 'other' },
    ]),
  ).toBe(1)
  expect(await listed()).toEqual([ada, bob, { ...ada, org: 'other' }])
  expect(await readFile(path(), 'utf8')).toMatch(/^\{"org":"main","person":"ada","at":1\}\n/)
})

test('many who add at once all stand in the list', async () => {
  const own = list()
  const people = Array.from({ length: 20 }, (_, n) => ({ org: 'main', person: `p${n}`, at: n }))
  const added = await Promise.all(people.map((person) => own.add([person, ada])))
  expect(added.reduce((sum, count) => sum + count, 0)).toBe(21)
  expect(new Set((await listed()).map(({ person }) => person)).size).toBe(21)
})

test('half a line, left by a process that died, spoils no other and is told', async () => {
  const own = list()
  await own.add([ada])
  await appendFile(path(), '{"org":"main","per')
  await own.add([bob])
  expect(await readErasures(join(folder, 'backups'))).toEqual({ erasures: [ada, bob], unreadable: [`${path()}:2`] })
  await appendFile(path(), '{"org":"main","person":"carl","at":"yesterday"}\n')
  expect((await readErasures(join(folder, 'backups'))).unreadable).toEqual([`${path()}:2`, `${path()}:4`])
})

test('a list that was taken away while the process runs is begun again with all that is added', async () => {
  const own = list()
  await own.add([ada, bob])
  await rm(path())
  expect(await own.add([ada])).toBe(1)
  expect(await listed()).toEqual([ada])
})

test('a list that cannot be written says so, and takes up work again once it can', async () => {
  await writeFile(join(folder, 'backups'), 'a file in the way')
  const own = list()
  await expect(own.add([ada])).rejects.toMatchObject({
    code: 'ERASURE_UNLISTED',
    message: expect.stringContaining(path()),
  })
  await rm(join(folder, 'backups'))
  expect(await own.add([ada])).toBe(1)
})
