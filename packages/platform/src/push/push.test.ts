import { createECDH, createPublicKey, verify } from 'node:crypto'
import { expect, test } from 'vitest'
import { encryptPush } from './encrypt.ts'
import { isPushAddress, PUSH_HOSTS } from './hosts.ts'
import { openPush } from './push.testing.ts'
import { newVapidKey, vapidHeader, vapidKey } from './vapid.ts'

// RFC 8291, appendix A.
const APPENDIX = {
  plaintext: 'V2hlbiBJIGdyb3cgdXAsIEkgd2FudCB0byBiZSBhIHdhdGVybWVsb24',
  senderPrivate: 'yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw',
  receiverPublic: 'BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4',
  auth: 'BTBZMqHH6r4Tts7J_aSIgg',
  salt: 'DGv6ra1nlYgDCS1FRnbzlw',
  message:
    'DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN',
}

test('a message is encrypted exactly as in the example of RFC 8291', () => {
  const sender = createECDH('prime256v1')
  sender.setPrivateKey(APPENDIX.senderPrivate, 'base64url')
  const keys = { p256dh: APPENDIX.receiverPublic, auth: APPENDIX.auth }
  const random = { sender, salt: Buffer.from(APPENDIX.salt, 'base64url') }
  const sealed = encryptPush(Buffer.from(APPENDIX.plaintext, 'base64url'), keys, random)
  expect(sealed.toString('base64url')).toBe(APPENDIX.message)
})

test('no two messages are alike, and the browser opens both', () => {
  const browser = createECDH('prime256v1')
  const keys = { p256dh: browser.generateKeys('base64url'), auth: Buffer.alloc(16, 7).toString('base64url') }
  const [one, other] = [1, 2].map(() => encryptPush(Buffer.from('hello'), keys))
  expect(one).not.toEqual(other)
  for (const sealed of [one, other]) expect(openPush(sealed ?? Buffer.alloc(0), browser, keys.auth)).toBe('hello')
})

test('the server signs for one push service and half a day', () => {
  const key = vapidKey(newVapidKey())
  const now = Date.UTC(2026, 10, 28)
  const header = vapidHeader(key, 'https://fcm.googleapis.com/fcm/send/abc', { contact: 'mailto:a@b.example', now })
  const [, token = '', own = ''] = /^vapid t=(\S+), k=(\S+)$/.exec(header) ?? []
  const [head = '', claims = '', signature = ''] = token.split('.')
  expect(JSON.parse(Buffer.from(claims, 'base64url').toString())).toEqual({
    aud: 'https://fcm.googleapis.com',
    exp: now / 1_000 + 43_200,
    sub: 'mailto:a@b.example',
  })
  const point = Buffer.from(own, 'base64url')
  const [x, y] = [point.subarray(1, 33).toString('base64url'), point.subarray(33).toString('base64url')]
  const publicKey = createPublicKey({ key: { kty: 'EC', crv: 'P-256', x, y }, format: 'jwk' })
  const options = { key: publicKey, dsaEncoding: 'ieee-p1363' } as const
  const signed = Buffer.from(signature, 'base64url')
  expect(verify('sha256', Buffer.from(`${head}.${claims}`), options, signed)).toBe(true)
})

test.each([
  ['https://fcm.googleapis.com/fcm/send/x', true],
  ['https://updates.push.services.mozilla.com/wpush/v2/x', true],
  ['http://fcm.googleapis.com/x', false],
  ['https://fcm.googleapis.com:8443/x', false],
  ['https://user@fcm.googleapis.com/x', false],
  ['https://evil-push.services.mozilla.com.example/x', false],
  ['https://push.services.mozilla.com.evil.example/', false],
  ['http://127.0.0.1/x', false],
  ['http://169.254.169.254/latest', false],
  ['nonsense', false],
])('%s is a push service: %s', (address, is) => {
  expect(isPushAddress(address, PUSH_HOSTS)).toBe(is)
})
