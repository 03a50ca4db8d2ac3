// The other ways in: a passkey, and identity providers.
import { nextPath } from '/assets/next.js'
import { byName, hasPasskeys, send, usePasskey } from '/assets/passkey.js'

const place = document.getElementById('other-ways')
const problem = document.getElementById('problem')
const words = JSON.parse(document.querySelector('form').dataset.words)

function tell(code) {
  problem.textContent = words[code] ?? words.refused
  problem.hidden = false
}

function button(text, act) {
  const made = document.createElement('button')
  made.type = 'button'
  made.className = 'other'
  made.textContent = text
  made.addEventListener('click', act)
  place.append(made)
}

const refused = new URLSearchParams(location.search).get('refused')
if (refused) tell(refused)

if (hasPasskeys())
  button(place.dataset.passkey, async () => {
    problem.hidden = true
    try {
      await usePasskey('/api/v1/passkeys/sign-in')
      location.assign(nextPath())
    } catch (error) {
      // Whoever closes the browser's window knows it.
      if (error.name !== 'NotAllowedError') tell(error.code)
    }
  })

// Where passkeys cannot be used, the way to where they can.
const named = byName()
if (named !== undefined && 'PublicKeyCredential' in globalThis) {
  const hint = document.createElement('p')
  const link = document.createElement('a')
  hint.className = 'hint'
  link.href = named.href
  link.textContent = named.origin
  hint.append(`${place.dataset.byName} `, link)
  place.append(hint)
}

const { items: providers } = await send('/api/v1/sso/providers')
for (const { title, begin } of providers)
  button(title, () => location.assign(`${begin}?next=${encodeURIComponent(nextPath())}`))
