import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createOwnAddress } from './own-address.ts'

let dataDir = ''
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'regie-address-'))
})
afterEach(() => rm(dataDir, { recursive: true }))

const commandBeside = (given: { readonly publicUrl?: string } = {}) =>
  createOwnAddress({ host: '127.0.0.1', port: 7070, dataDir, ...given })

async function listen() {
  const server = createServer((_, answer) => answer.end(JSON.stringify({ version: '1' })))
  await new Promise<void>((resolve) => server.listen(0, () => resolve()))
  const { port } = server.address() as AddressInfo
  return {
    port,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

test('a command finds the server that was started over the same data, by its name, and once it is gone what is configured', async () => {
  {
    await using server = await listen()
    await commandBeside().listensAt(`http://127.0.0.1:${server.port}`)
    expect(await commandBeside().get()).toBe(`http://localhost:${server.port}`)
    expect(await commandBeside({ publicUrl: 'https://regie.example' }).get()).toBe('https://regie.example')
  }
  expect(await commandBeside().get()).toBe('http://localhost:7070')
})

test('a server that cannot leave word where it listens serves all the same', async () => {
  await mkdir(join(dataDir, 'address'))
  await using server = await listen()
  const own = commandBeside()
  await own.listensAt(`http://127.0.0.1:${server.port}`)
  expect(await own.get()).toBe(`http://localhost:${server.port}`)
  expect(await commandBeside().get()).toBe('http://localhost:7070')
})
