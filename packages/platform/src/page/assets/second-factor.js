// Shows the second factor of a session, or sets one up: password when it is asked for, secret, first code, backup codes.
import { nextPath } from '/assets/next.js'
import { hasPasskeys, send, usePasskey } from '/assets/passkey.js'

const form = document.querySelector('form')
const problem = document.getElementById('problem')
const about = document.getElementById('about')
const words = JSON.parse(form.dataset.words)
const code = document.getElementById('code')
const password = document.getElementById('password')
const api = '/api/v1/me/second-factor'
let step = 'verify'

function show(next, ...names) {
  step = next
  for (const field of form.querySelectorAll('[data-field]')) field.hidden = !names.includes(field.dataset.field)
  about.textContent = words[next]
  form.querySelector(`[data-field="${names[0]}"] input`)?.focus()
}

async function begin(proof) {
  const { secret, uri, qr } = await send(`${api}/totp`, proof)
  document.getElementById('qr').setAttribute('viewBox', `0 0 ${qr.size} ${qr.size}`)
  document.getElementById('qr-path').setAttribute('d', qr.path)
  document.getElementById('secret').textContent = secret.match(/.{1,4}/g).join(' ')
  document.getElementById('app').href = uri
  show('confirm', 'code', 'secret')
}

const acts = {
  async verify() {
    const typed = code.value.replace(/\s/g, '')
    await send(`${api}/verify`, /^\d{6}$/.test(typed) ? { code: typed } : { backupCode: typed })
    location.assign(nextPath())
  },
  begin: () => begin({ password: password.value }),
  async confirm() {
    const { backupCodes } = await send(`${api}/totp/confirm`, { code: code.value.replace(/\s/g, '') })
    document.getElementById('codes').textContent = backupCodes.join('\n')
    show('done', 'codes')
  },
  done: async () => location.assign(nextPath()),
}

/** In the same language, and afterwards where one wanted to go. */
function signInAddress(more) {
  return `/sign-in?${new URLSearchParams({ lang: document.documentElement.lang, next: nextPath(), ...more })}`
}

async function attempt(act) {
  problem.hidden = true
  try {
    await act()
  } catch (error) {
    if (error.name === 'NotAllowedError') return
    if (error.code === 'UNAUTHENTICATED') return location.assign(signInAddress({}))
    if (error.code === 'SECOND_FACTOR_LOCKED') return location.assign(signInAddress({ refused: error.code }))
    problem.textContent = words[error.code] ?? words.refused
    problem.hidden = false
    code.value = ''
  }
}

form.addEventListener('submit', (event) => {
  event.preventDefault()
  void attempt(acts[step])
})

document.getElementById('passkey').addEventListener('click', () =>
  attempt(async () => {
    await usePasskey(`${api}/passkey`)
    location.assign(nextPath())
  }),
)

await attempt(async () => {
  const { state, hasPasskey } = await send(api)
  if (state === 'open') return location.assign(nextPath())
  const other = hasPasskey && hasPasskeys() ? ['passkey'] : []
  if (state === 'verify') return show('verify', 'code', ...other)
  // Without a password, a session of minutes is enough.
  try {
    await begin({})
  } catch (error) {
    if (error.code !== 'PROOF_NEEDED') throw error
    show('begin', 'password')
  }
})
