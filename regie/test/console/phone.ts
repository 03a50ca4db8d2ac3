import { createHmac } from 'node:crypto'
import decoder from 'jsqr'
import type { Locator, Page } from 'playwright-core'

const STEP_MS = 30_000
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** Reads a QR code as it stands on the screen. */
export async function readQr(page: Page, place: Locator): Promise<string> {
  const picture = (await place.screenshot({ scale: 'css' })).toString('base64')
  // The page decodes the picture: what is measured is what a camera would see.
  const { width, height, pixels } = await page.evaluate<{
    width: number
    height: number
    pixels: number[]
  }>(`(async () => {
    const image = new Image()
    image.src = 'data:image/png;base64,${picture}'
    await image.decode()
    const canvas = document.createElement('canvas')
    canvas.width = image.width
    canvas.height = image.height
    const pen = canvas.getContext('2d')
    pen.drawImage(image, 0, 0)
    const { data, width, height } = pen.getImageData(0, 0, image.width, image.height)
    return { width, height, pixels: Array.from(data) }
  })()`)
  const found = decoder.default(Uint8ClampedArray.from(pixels), width, height)
  if (found === null) throw new Error('there is no QR code that a phone could read')
  return found.data
}

/** The code an authenticator app shows for an `otpauth:` address, some steps of half a minute from now. */
export function codeFor(address: string, later = 0): string {
  const secret = new URL(address).searchParams.get('secret') ?? ''
  const bits = [...secret].map((letter) => ALPHABET.indexOf(letter).toString(2).padStart(5, '0')).join('')
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)))
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / STEP_MS) + later))
  const mac = createHmac('sha1', key).update(counter).digest()
  const number = mac.readUInt32BE((mac.at(-1) ?? 0) & 0x0f) & 0x7fffffff
  return String(number % 1_000_000).padStart(6, '0')
}
