// Uses a passkey: asks the server what to sign, the browser to have it signed, and hands the answer to an address.
export function hasPasskeys() {
  // Passkeys are bound to names; an address in numbers has none.
  return 'PublicKeyCredential' in globalThis && !/^[\d.]+$|^\[/.test(location.hostname)
}

/** This page by the name of this very machine, where it is open by its numbers. */
export function byName() {
  if (!['127.0.0.1', '[::1]'].includes(location.hostname)) return undefined
  const named = new URL(location.href)
  named.hostname = 'localhost'
  return named
}

export async function usePasskey(url) {
  const { options } = await send('/api/v1/passkeys/begin', {})
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options)
  const credential = await navigator.credentials.get({ publicKey })
  await send(url, { response: credential.toJSON() })
}

export async function send(url, body) {
  const response = await fetch(url, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { accept: 'application/json', ...(body !== undefined && { 'content-type': 'application/json' }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  const answer = await response.json().catch(() => undefined)
  if (response.ok) return answer
  throw Object.assign(new Error(answer?.message), { code: answer?.code })
}
