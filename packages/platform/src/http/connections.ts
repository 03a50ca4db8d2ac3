import type { Server } from 'node:http'
import { BlockList, isIPv6, type Socket } from 'node:net'
import { addressKey } from '../rate/limiter.ts'

/** How many connections may be open. */
export interface ConnectionLimits {
  /** In total. Default 10,000. */
  readonly connections?: number
  /** From one address, of IPv6 from one network of 2^64 of them. Default 1,000. */
  readonly connectionsPerAddress?: number
  /** Addresses or ranges (`10.0.0.0/8`) of proxies, behind which everybody comes: only the total counts for them. Default: none. */
  readonly proxies?: readonly string[]
}

/** Connections that another process accepts for this one. */
export interface ConnectionSource {
  /** Where that process listens, such as `http://127.0.0.1:7070`. */
  readonly address: string
  /** Called once, when the server can take them. */
  open(take: (socket: Socket) => void): void
}

/** Serves connections from elsewhere as if the server had accepted them itself. */
export function takeConnections(server: Server, source: ConnectionSource): void {
  // What watches over slow requests begins with this event; nothing listens.
  server.emit('listening')
  source.open((socket) => {
    // As the server would have made it.
    socket.allowHalfOpen = true
    socket.setNoDelay(true)
    server.emit('connection', socket)
  })
}

/** The open connections of a server, wherever they come from. */
function openConnections(server: Server): ReadonlySet<Socket> {
  const open = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    open.add(socket)
    socket.once('close', () => open.delete(socket))
  })
  return open
}

/** Closes connections above the limits at once, before anything of them is read. Answers those that are open. */
export function limitConnections(server: Server, limits: ConnectionLimits): ReadonlySet<Socket> {
  const { connections = 10_000, connectionsPerAddress = 1_000, proxies = [] } = limits
  const known = proxyList(proxies)
  server.maxConnections = connections
  const open = new Map<string, number>()
  const all = openConnections(server)
  server.on('connection', (socket: Socket) => {
    // Those that it has not accepted itself are not counted by it.
    if (all.size > connections) {
      socket.destroy()
      return
    }
    const address = socket.remoteAddress
    // It is gone already.
    if (address === undefined) return
    if (known.check(address, socket.remoteFamily === 'IPv6' ? 'ipv6' : 'ipv4')) return
    const client = addressKey(address)
    const count = (open.get(client) ?? 0) + 1
    if (count > connectionsPerAddress) {
      socket.destroy()
      return
    }
    open.set(client, count)
    socket.once('close', () => {
      const left = (open.get(client) ?? 1) - 1
      if (left > 0) open.set(client, left)
      else open.delete(client)
    })
  })
  return all
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
