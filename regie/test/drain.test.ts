import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { expect, it } from 'vitest'
import { openCli } from './cli.ts'
import { startServer, until } from './server.ts'

it('a request under way when the signal comes is answered, and nobody new is let in', { timeout: 60_000 }, async () => {
  await using cli = await openCli('SQLite')
  await using server = await startServer([], cli.env)
  const { port } = new URL(server.address)
  const socket = connect(Number(port), '127.0.0.1')
  const head = [
    'POST /api/v1/schedules/cleanup.logs/pause HTTP/1.1',
    'Host: localhost',
    `Authorization: ${server.authorization}`,
    'Content-Type: application/json',
  ]
  socket.write(`${[...head, 'Content-Length: 2', 'Connection: close'].join('\r\n')}\r\n\r\n{`)
  const answer = text(socket)
  // Its answer comes after what was written before it has been read.
  expect((await fetch(`${server.address}/health`)).status).toBe(200)

  server.kill('SIGTERM')
  const isRefused = () =>
    fetch(`${server.address}/health`).then(
      () => undefined,
      () => true as const,
    )
  await until(isRefused, server.output)
  socket.write('}')
  expect(await answer).toContain('HTTP/1.1 200')
  expect(await server.ended).toBe(0)
})

it('a request that never ends does not hold up the end', { timeout: 60_000 }, async () => {
  await using cli = await openCli('SQLite')
  await using server = await startServer([], cli.env)
  const socket = connect(Number(new URL(server.address).port), '127.0.0.1')
  socket.on('error', () => {})
  socket.write(
    `POST /api/v1/schedules/cleanup.logs/pause HTTP/1.1\r\nHost: localhost\r\nAuthorization: ${server.authorization}\r\nContent-Type: application/json\r\nContent-Length: 20\r\n\r\n`,
  )
  expect((await fetch(`${server.address}/health`)).status).toBe(200)
  server.kill('SIGTERM')
  await until(() => (server.output().includes('Stopping on SIGTERM') ? true : undefined), server.output)
  expect(await server.ended).toBe(0)
})
