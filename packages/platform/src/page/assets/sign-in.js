// Sends the one form of this page, and says what came of it. The secret of a link stands behind #, where only this script sees it.
import { nextPath } from '/assets/next.js'

const form = document.querySelector('form')
const problem = document.getElementById('problem')
const done = document.getElementById('done')
const submit = form.querySelector('[type="submit"]')
const show = form.querySelector('.show')
const words = JSON.parse(form.dataset.words)
const secret = location.hash.slice(1)

const acts = {
  async 'sign-in'({ email, password }) {
    await signIn(email, password)
  },
  async forgot({ email }) {
    await send('/api/v1/auth/request-password-reset', { email })
    done.textContent = words.sent
    done.hidden = false
  },
  async set({ password }) {
    await send('/api/v1/auth/reset-password', { token: secret, newPassword: password })
    location.assign('/sign-in')
  },
  async accept({ email, name, password }) {
    const given = isAsked('email') ? { email } : {}
    const called = isAsked('name') ? { name } : {}
    const accepted = await send('/api/v1/invitations/accept', { token: secret, password, ...given, ...called })
    await signIn(accepted.email, password)
  },
}

async function signIn(email, password) {
  const answer = await send('/api/v1/auth/sign-in/email', { email, password })
  const target = nextPath()
  if (answer?.twoFactorRedirect)
    location.assign(`/second-factor?lang=${document.documentElement.lang}&next=${encodeURIComponent(target)}`)
  else location.assign(target)
}

async function send(url, body) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify(body),
  })
  const answer = await response.json().catch(() => undefined)
  if (response.ok) return answer
  throw Object.assign(new Error(answer?.message), { code: answer?.code })
}

function field(name) {
  return form.querySelector(`[data-field="${name}"]`)
}

function isAsked(name) {
  return field(name)?.hidden === false
}

/** Whoever has an account is not asked for a name, whoever was invited by address not for it. */
async function look() {
  const invitation = await send('/api/v1/invitations/look', { token: secret })
  const email = document.getElementById('email')
  if (invitation.email !== undefined) {
    email.value = invitation.email
    email.readOnly = true
    field('email').hidden = true
  }
  if (!invitation.known) return
  field('name').hidden = true
  document.getElementById('hint').hidden = true
  document.getElementById('password').autocomplete = 'current-password'
  const about = document.getElementById('about')
  about.textContent = about.dataset.known
}

function tell(error) {
  problem.textContent = words[error.code] ?? words.refused
  problem.hidden = false
  for (const input of form.elements) if (input.name) input.setAttribute('aria-invalid', 'true')
}

form.addEventListener('submit', async (event) => {
  event.preventDefault()
  if (submit.getAttribute('aria-busy') === 'true') return
  problem.hidden = true
  done.hidden = true
  for (const input of form.elements) input.removeAttribute('aria-invalid')
  const empty = [...form.elements].find((input) => input.name && input.value.trim() === '' && isAsked(input.name))
  if (empty) {
    tell({ code: 'INPUT_INVALID' })
    empty.focus()
    return
  }
  submit.setAttribute('aria-busy', 'true')
  try {
    await acts[form.dataset.act](Object.fromEntries(new FormData(form)))
  } catch (error) {
    tell(error)
    form.querySelector('input:not([readonly])')?.focus()
  } finally {
    submit.removeAttribute('aria-busy')
  }
})

show?.addEventListener('click', () => {
  const input = document.getElementById('password')
  const isShown = input.type === 'password'
  input.type = isShown ? 'text' : 'password'
  show.setAttribute('aria-pressed', String(isShown))
})

if (form.dataset.act === 'accept') look().catch(tell)
else form.querySelector('input')?.focus()
