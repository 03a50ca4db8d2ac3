import type { Server } from 'node:http'
import type { Socket } from 'node:net'

/** How many connections may be open. */
export interface ConnectionLimits {
  /** In total. Default 10,000. */
  readonly connections?: number
  /** From one address. Default 1,000. */
  readonly connectionsPerAddress?: number
  /** True for the addresses of proxies, behind which everybody comes: only the total counts for them. Default: none. */
  readonly isProxy?: (address: string) => boolean
}

/** Closes connections above the limits at once, before anything of them is read. */
export function limitConnections(server: Server, limits: ConnectionLimits): void {
  const { connections = 10_000, connectionsPerAddress = 1_000, isProxy = () => false } = limits
  server.maxConnections = connections
  const open = new Map<string, number>()
  server.on('connection', (socket: Socket) => {
    const address = socket.remoteAddress
    // It is gone already.
    if (address === undefined) return
    if (isProxy(address)) return
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
