import decoder from 'jsqr'
import { expect, test } from 'vitest'
import { qrCodeOf } from './qr.ts'
import { authenticatorUri } from './totp.ts'

/** Draws the path as a screen does, eight pixels a module, and reads it as a phone does. */
function read({ size, path }: Awaited<ReturnType<typeof qrCodeOf>>): string | undefined {
  const scale = 8
  const width = size * scale
  const pixels = new Uint8ClampedArray(width * width * 4).fill(255)
  for (const [, x, y, length] of path.matchAll(/M(\d+) (\d+)h(\d+)v1h-\d+z/g))
    for (let row = Number(y) * scale; row < (Number(y) + 1) * scale; row += 1)
      for (let at = Number(x) * scale; at < (Number(x) + Number(length)) * scale; at += 1)
        pixels.fill(0, (row * width + at) * 4, (row * width + at) * 4 + 3)
  return decoder.default(pixels, width, width)?.data
}

test.each([
  ['Main', 'Ada'],
  ['Société Générale d’Équipement', 'Zoë de la Fontaine-Lenoir & filles'],
])('a phone reads the address of %s from the code', async (issuer, account) => {
  const uri = authenticatorUri(Buffer.alloc(20, 7), { issuer, account })
  expect(read(await qrCodeOf(uri))).toBe(uri)
})
