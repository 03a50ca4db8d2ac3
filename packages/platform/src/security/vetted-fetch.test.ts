import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { startNameServer } from './dns.testing.ts'
import { createVettedFetch } from './vetted-fetch.ts'

const open: AsyncDisposable[] = []
afterEach(async () => {
  for (const one of open.splice(0)) await one[Symbol.asyncDispose]()
})

async function serve(handle: RequestListener, host = '127.0.0.1', port = 0): Promise<number> {
  const server = createServer(handle)
  await new Promise<void>((resolve) => server.listen(port, host, resolve))
  open.push({
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  })
  return (server.address() as AddressInfo).port
}

describe('an address from outside', () => {
  const nothingIsAsked = {
    lookup: () => {
      throw new Error('an address in numbers was looked up')
    },
  }
  const vetted = createVettedFetch([], nothingIsAsked)

  test.each([
    // loopback, in every spelling
    'http://127.0.0.1/',
    'http://127.0.0.1:7070/',
    'http://127.1/',
    'http://127.255.255.254/',
    'http://2130706433/',
    'http://0x7f000001/',
    'http://0x7f.0x0.0x0.0x1/',
    'http://0177.0.0.1/',
    'http://017700000001/',
    'http://127.0.0.1./',
    'http://１２７.０.０.１/',
    'http://127。0。0。1/',
    'http://%31%32%37.0.0.1/',
    'http://[::1]/',
    'http://[0:0:0:0:0:0:0:1]/',
    'http://[::ffff:127.0.0.1]/',
    'http://[::ffff:7f00:1]/',
    'http://[::127.0.0.1]/',
    'http://[::ffff:0:127.0.0.1]/',
    'http://[64:ff9b::127.0.0.1]/',
    'http://[64:ff9b:1::7f00:1]/',
    'http://[2002:7f00:1::]/',
    'http://[2001:0:7f00:1::]/',
    'http://0.0.0.0/',
    'http://0/',
    'http://[::]/',
    // private, shared and link-local networks
    'http://10.0.0.1/',
    'http://10.255.255.255/',
    'http://012.0.0.1/',
    'http://172.16.0.1/',
    'http://172.31.255.255/',
    'http://192.168.0.1/',
    'http://192.168.257/',
    'http://100.64.0.1/',
    'http://169.254.1.1/',
    'http://[fe80::1]/',
    'http://[fc00::1]/',
    'http://[fd12:3456::1]/',
    'http://[fec0::1]/',
    'http://[::ffff:10.0.0.1]/',
    // metadata of clouds
    'http://169.254.169.254/latest/meta-data/',
    'http://2852039166/',
    'http://0xa9fea9fe/',
    'http://[::ffff:a9fe:a9fe]/',
    'http://[fd00:ec2::254]/',
    'http://100.100.100.200/',
    'http://192.0.0.192/',
    'http://168.63.129.16/',
    // reserved, documentation, multicast, broadcast
    'http://192.0.2.1/',
    'http://198.18.0.1/',
    'http://198.51.100.1/',
    'http://203.0.113.1/',
    'http://192.88.99.1/',
    'http://224.0.0.1/',
    'http://239.255.255.250/',
    'http://240.0.0.1/',
    'http://255.255.255.255/',
    'http://[ff02::1]/',
    'http://[2001:db8::1]/',
    'http://[3fff::1]/',
    'http://[4000::1]/',
  ])('%s is refused without a connection', async (url) => {
    await expect(vetted(url)).rejects.toMatchObject({ code: 'OUTGOING_REFUSED', status: 422 })
  })

  test.each([
    'file:///etc/passwd',
    'ftp://example.com/',
    'gopher://example.com/',
    'data:text/plain,hello',
    'javascript:alert(1)',
    'http://user:secret@example.com/',
    'https://user@example.com/',
    'http://[fe80::1%25eth0]/',
    'http://256.256.256.256/',
    '//example.com/',
    'example.com',
    '',
  ])('%j is no address that is carried', async (url) => {
    const error = await vetted(url).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'OUTGOING_REFUSED' })
    expect(String(error)).not.toContain('secret')
  })

  test('names of this machine are refused as the operating system finds them', async () => {
    await expect(createVettedFetch([])('http://localhost/')).rejects.toMatchObject({ code: 'OUTGOING_REFUSED' })
  })
})

describe('a name', () => {
  test('whose addresses are not all public is refused', async () => {
    await using names = await startNameServer([['93.184.216.34', '10.0.0.1']])
    const vetted = createVettedFetch([], names)
    await expect(vetted('http://mixed.example/')).rejects.toMatchObject({ code: 'OUTGOING_REFUSED' })
    expect(names.asked).toEqual(['mixed.example'])
  })

  test('that answers differently the second time has no second time: the address that was checked is connected to', async () => {
    const port = await serve((_, answer) => answer.end('the public one'), '127.0.0.2')
    await serve((_, answer) => answer.end('the private one'), '127.0.0.1', port)
    await using names = await startNameServer([['127.0.0.2'], ['127.0.0.1']])
    // A second loopback address plays the public internet.
    const vetted = createVettedFetch([], { ...names, isOpen: (address) => address === '127.0.0.2' })
    const answer = await vetted(`http://rebind.example:${port}/`)
    expect(String(answer.body)).toBe('the public one')
    expect(names.asked).toEqual(['rebind.example'])
    await expect(vetted(`http://rebind.example:${port}/`)).rejects.toMatchObject({ code: 'OUTGOING_REFUSED' })
  })

  test('that does not exist is a failure, not a refusal', async () => {
    await using names = await startNameServer([[]])
    const vetted = createVettedFetch([], names)
    await expect(vetted('http://nowhere.example/')).rejects.toMatchObject({ code: 'OUTGOING_FAILED' })
  })
})

describe('an allowed host', () => {
  test('may be on this machine; only at its port when one is named', async () => {
    const port = await serve((_, answer) => answer.end('hello'))
    const other = await serve((_, answer) => answer.end('no'))
    const vetted = createVettedFetch([`127.0.0.1:${port}`])
    expect(String((await vetted(`http://127.0.0.1:${port}/`)).body)).toBe('hello')
    await expect(vetted(`http://127.0.0.1:${other}/`)).rejects.toMatchObject({ code: 'OUTGOING_REFUSED' })
  })

  test('gets what is sent, and a redirect of its is not followed', async () => {
    const seen: string[] = []
    const port = await serve((request, answer) => {
      seen.push(`${request.method} ${request.url} ${request.headers['x-key']}`)
      answer.writeHead(302, { location: 'http://169.254.169.254/' }).end()
    })
    const vetted = createVettedFetch(['127.0.0.1'])
    const answer = await vetted(`http://127.0.0.1:${port}/in`, {
      method: 'POST',
      headers: { 'x-key': 'k' },
      body: '{}',
    })
    expect(answer).toMatchObject({ status: 302, headers: { location: 'http://169.254.169.254/' } })
    expect(seen).toEqual(['POST /in k'])
  })

  test('that sends more than is taken, or nothing for too long, is cut off', async () => {
    const port = await serve((request, answer) => {
      if (request.url === '/endless') {
        const more = () => void (answer.destroyed || answer.write('x'.repeat(65_536), more))
        more()
      } else answer.write('a drop')
    })
    const vetted = createVettedFetch(['127.0.0.1'])
    await expect(vetted(`http://127.0.0.1:${port}/endless`, { maxBytes: 100_000 })).rejects.toMatchObject({
      code: 'OUTGOING_REFUSED',
    })
    await expect(vetted(`http://127.0.0.1:${port}/slow`, { timeoutMs: 50 })).rejects.toMatchObject({
      code: 'OUTGOING_FAILED',
      message: expect.stringContaining('did not answer in time'),
    })
  })
})
