const PATIENCE_MS = 1_000

/**
 * The address of a server on this machine by its name, if it answers there with this version: passkeys are bound to names, an
 * address in numbers has none. Otherwise the address as it is.
 */
export async function byName(address: string, version: string): Promise<string> {
  const named = new URL(address)
  if (named.hostname !== '127.0.0.1') return address
  named.hostname = 'localhost'
  try {
    const answer = await fetch(new URL('/health', named), { signal: AbortSignal.timeout(PATIENCE_MS) })
    const health: unknown = await answer.json()
    const isOurs = typeof health === 'object' && health !== null && 'version' in health && health.version === version
    return isOurs ? named.origin : address
  } catch {
    return address
  }
}
