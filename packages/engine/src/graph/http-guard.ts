import { BlockList, isIP } from 'node:net'

/** Address ranges that are not the public internet: loopback, private, link-local (cloud metadata), shared, reserved. */
const CLOSED = closed([
  ['0.0.0.0', 8, 'ipv4'],
  ['10.0.0.0', 8, 'ipv4'],
  ['100.64.0.0', 10, 'ipv4'],
  ['127.0.0.0', 8, 'ipv4'],
  // The host of a virtual machine at Azure, which knows its secrets.
  ['168.63.129.16', 32, 'ipv4'],
  ['169.254.0.0', 16, 'ipv4'],
  ['172.16.0.0', 12, 'ipv4'],
  ['192.0.0.0', 24, 'ipv4'],
  ['192.0.2.0', 24, 'ipv4'],
  // The way into 6to4.
  ['192.88.99.0', 24, 'ipv4'],
  ['192.168.0.0', 16, 'ipv4'],
  ['198.18.0.0', 15, 'ipv4'],
  ['198.51.100.0', 24, 'ipv4'],
  ['203.0.113.0', 24, 'ipv4'],
  ['224.0.0.0', 4, 'ipv4'],
  ['240.0.0.0', 4, 'ipv4'],
  // Addresses that carry one of version 4 in them (compatible, translated, NAT64, 6to4, Teredo) could name any of the above.
  ['::', 96, 'ipv6'],
  ['::ffff:0:0:0', 96, 'ipv6'],
  ['64:ff9b::', 96, 'ipv6'],
  ['64:ff9b:1::', 48, 'ipv6'],
  ['2001::', 23, 'ipv6'],
  ['2001:db8::', 32, 'ipv6'],
  ['2002::', 16, 'ipv6'],
  ['3fff::', 20, 'ipv6'],
  // Global addresses begin with 2000::/3. What lies below it and is not mapped is reserved, and all that lies above.
  ['100::', 8, 'ipv6'],
  ['200::', 7, 'ipv6'],
  ['400::', 6, 'ipv6'],
  ['800::', 5, 'ipv6'],
  ['1000::', 4, 'ipv6'],
  ['4000::', 2, 'ipv6'],
  ['8000::', 1, 'ipv6'],
])

function closed(ranges: readonly (readonly [string, number, 'ipv4' | 'ipv6'])[]): BlockList {
  const list = new BlockList()
  for (const [address, bits, family] of ranges) list.addSubnet(address, bits, family)
  return list
}

/** True for an address (without brackets) that is reachable for everybody. `::ffff:127.0.0.1` is looked at as `127.0.0.1`. */
export function isPublicAddress(address: string): boolean {
  const family = isIP(address)
  // A zone (`%eth0`) belongs to a link of this machine.
  if (family === 0 || address.includes('%')) return false
  // The list looks at a mapped address as the one of version 4 that it is.
  return !CLOSED.check(address, family === 4 ? 'ipv4' : 'ipv6')
}
