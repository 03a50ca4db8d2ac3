import { createSocket } from 'node:dgram'
import { Resolver } from 'node:dns/promises'
import type { Network } from '@regie/engine'

/** A name server on this machine whose answers change. */
export interface TestNameServer extends AsyncDisposable {
  /** Names asked for, in order. */
  readonly asked: readonly string[]
  /** For a connection: asks this server. */
  readonly lookup: NonNullable<Network['lookup']>
}

/** Starts a name server: the nth question is answered with the nth list of IPv4 addresses, the last one for ever. */
export async function startNameServer(answers: readonly (readonly string[])[]): Promise<TestNameServer> {
  const asked: string[] = []
  const socket = createSocket('udp4')
  socket.on('message', (question, { port, address }) => {
    const addresses = answers[Math.min(asked.length, answers.length - 1)] ?? []
    asked.push(nameOf(question))
    socket.send(answerTo(question, addresses), port, address)
  })
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve))
  const resolver = new Resolver()
  resolver.setServers([`127.0.0.1:${socket.address().port}`])
  return {
    asked,
    lookup: (hostname, _options, callback) => {
      resolver.resolve4(hostname).then(
        (found) =>
          callback(
            null,
            found.map((address) => ({ address, family: 4 })),
          ),
        (error) => callback(error, []),
      )
    },
    [Symbol.asyncDispose]: () => new Promise((resolve) => void socket.close(() => resolve())),
  }
}

function nameOf(question: Buffer): string {
  const labels: string[] = []
  for (let at = 12; (question[at] ?? 0) > 0; at += (question[at] ?? 0) + 1)
    labels.push(question.toString('latin1', at + 1, at + 1 + (question[at] ?? 0)))
  return labels.join('.')
}

/** RFC 1035, section 4: the question again, and one A record for each address, to be kept for no time. */
function answerTo(question: Buffer, addresses: readonly string[]): Buffer {
  const end = question.indexOf(0, 12) + 5
  const head = Buffer.from(question.subarray(0, end))
  head.writeUInt16BE(0x8180, 2)
  head.writeUInt16BE(addresses.length, 6)
  head.writeUInt32BE(0, 8)
  const records = addresses.map((address) => [
    0xc0,
    12,
    0,
    1,
    0,
    1,
    0,
    0,
    0,
    0,
    0,
    4,
    ...address.split('.').map(Number),
  ])
  return Buffer.concat([head, Buffer.from(records.flat())])
}
