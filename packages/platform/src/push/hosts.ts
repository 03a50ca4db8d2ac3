import { isLoopbackName } from '../config/kinds.ts'

/**
 * True for an address at one of the push services. A browser tells us where to send, so anybody who is signed in can name any
 * address: only https and only these hosts are asked (`*.` stands for any name below); http on this machine alone.
 */
export function isPushAddress(endpoint: string, hosts: readonly string[]): boolean {
  if (!URL.canParse(endpoint)) return false
  const { protocol, hostname, username, port } = new URL(endpoint)
  const isListed = hosts.some((host) => (host.startsWith('*.') ? hostname.endsWith(host.slice(1)) : hostname === host))
  if (!isListed || username !== '') return false
  return isLoopbackName(hostname) ? protocol === 'http:' || protocol === 'https:' : protocol === 'https:' && port === ''
}

/** The push services of Chrome, Firefox, Edge and Safari. */
export const PUSH_HOSTS: readonly string[] = [
  'fcm.googleapis.com',
  '*.push.services.mozilla.com',
  '*.notify.windows.com',
  '*.push.apple.com',
]
