import type { Server } from 'node:http'
import { BlockList, isIPv6, type Socket } from 'node:net'

/** How many connections may be open. */
export interface ConnectionLimits {
  /** In total. Default 10,000. */
  readonly connections?: number
  /** From one address. Default 1,000. */
  readonly connectionsPerAddress?: number
  /** Addresses or ranges (`10.0.0.0/8`) of proxies, behind which everybody comes: only the total counts for them. Default: none. */
  readonly proxies?: readonly string[]
}

/** Closes connections above the limits at once, before anything of them is read. */
export function limitConnections(server: Server, limits: ConnectionLimits): void {
  const { connections = 10_000, connectionsPerAddress = 1_000, proxies = [] } = limits
  const known = proxyList(proxies)
  server.maxConnections = connections
  const open = new Map<string, number>()
  server.on('connection', (socket: Socket) => {
    const address = socket.remoteAddress
    // It is gone already.
    if (address === undefined) return
    if (known.check(address, socket.remoteFamily === 'IPv6' ? 'ipv6' : 'ipv4')) return
    const count = (open.get(address) ?? 0) + 1
    if (count > connectionsPerAddress) {
      socket.destroy()
      return
    }
    open.set(address, count)
    socket.once('close', () => {
      const left = (open.get(address) ?? 1) - 1
      if (left > 0) open.set(address, left)
      else open.delete(address)
    })
  })
}

function proxyList(proxies: readonly string[]): BlockList {
  const list = new BlockList()
  for (const proxy of proxies) {
    const [address = '', bits] = proxy.split('/')
    const family = isIPv6(address) ? 'ipv6' : 'ipv4'
    list.addSubnet(address, bits === undefined ? (family === 'ipv6' ? 128 : 32) : Number(bits), family)
  }
  return list
}
