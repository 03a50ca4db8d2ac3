// Sends the one form of this page, and says what came of it. The secret of a link stands behind #, where only this script sees it.
import { nextPath } from '/assets/next.js'

const form = document.querySelector('form')
const problem = document.getElementById('problem')
const done = document.getElementById('done')
const submit = form.querySelector('[type="submit"]')
const show = form.querySelector('.show')
const words = JSON.parse(form.dataset.words)
const secret = location.hash.slice(1)
const NEW_PASSWORD = 12

const acts = {
  async 'sign-in'({ email, password }) {
    await signIn(email, password)
  },
  async forgot({ email }) {
    await send('/api/v1/auth/request-password-reset', { email })
    done.textContent = words.sent
    done.hidden = false
  },
  async set({ password, removePasskeys }) {
    const given = removePasskeys === undefined ? {} : { removePasskeys: true }
    const { passkeys } = await send('/api/v1/auth/reset-password', { token: secret, newPassword: password, ...given })
    if (passkeys === 0) return location.assign('/sign-in')
    const link = document.createElement('a')
    link.href = '/sign-in?next=/account'
    link.textContent = words.saved.replace('{count}', passkeys)
    done.replaceChildren(link)
    done.hidden = false
    for (const element of form.elements) element.disabled = true
    link.focus()
  },
  async accept({ email, name, password }) {
    const given = isAsked('email') ? { email } : {}
    const called = isAsked('name') ? { name } : {}
    const language = document.documentElement.lang
    const accepted = await send('/api/v1/invitations/accept', {
      token: secret,
      password,
      language,
      ...given,
      ...called,
    })
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
  throw Object.assign(new Error(answer?.message), { code: answer?.code, issues: answer?.issues })
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

/** Says what is wrong, and marks the fields it is about, the first of them for the next key. */
function tell(text, names = []) {
  problem.textContent = text
  problem.hidden = false
  for (const name of names) {
    const input = form.elements[name]
    input.setAttribute('aria-invalid', 'true')
    input.setAttribute('aria-describedby', [input.dataset.hint, 'problem'].filter(Boolean).join(' '))
  }
  form.elements[names[0]]?.focus()
}

function untell() {
  problem.hidden = true
  done.hidden = true
  for (const input of form.elements) {
    if (!input.name) continue
    input.removeAttribute('aria-invalid')
    if (input.dataset.hint) input.setAttribute('aria-describedby', input.dataset.hint)
    else input.removeAttribute('aria-describedby')
  }
}

/** What of a field stops it from being sent: nothing in it, not an address, a new password that is too short. */
function wrongWith({ name, value, validity }) {
  if (value.trim() === '') return `${name} missing`
  if (validity.typeMismatch) return `${name} invalid`
  return name === 'password' && isNew() && value.length < NEW_PASSWORD ? 'password short' : undefined
}

function isNew() {
  return document.getElementById('password').autocomplete === 'new-password'
}

/** Which fields a refusal is about: what the server names, or what its code says. */
function fieldsOf({ code, issues = [] }) {
  const named = issues.map(({ path }) => path).filter((name) => isAsked(name))
  if (named.length > 0) return named.slice(0, 1)
  if (code === 'SIGN_IN_REFUSED') return ['email', 'password'].filter(isAsked)
  if (code === 'PASSWORD_WEAK') return ['password']
  return code === 'USER_EXISTS' && isAsked('email') ? ['email'] : []
}

function refuse(error) {
  if (error.issues?.some(({ path }) => path === 'token')) return tell(words.incomplete)
  const [first] = fieldsOf(error)
  const own = error.code === 'INPUT_INVALID' && first !== undefined ? words[`${first} invalid`] : undefined
  tell(own ?? words[error.code] ?? words.refused, fieldsOf(error))
}

form.addEventListener('submit', async (event) => {
  event.preventDefault()
  if (submit.getAttribute('aria-busy') === 'true') return
  untell()
  const wrong = [...form.elements].filter((input) => input.name && isAsked(input.name) && wrongWith(input))
  if (wrong.length > 0) {
    const texts = wrong.map((input) => words[wrongWith(input)] ?? words.INPUT_INVALID)
    return tell(
      [...new Set(texts)].join(' '),
      wrong.map(({ name }) => name),
    )
  }
  submit.setAttribute('aria-busy', 'true')
  try {
    await acts[form.dataset.act](Object.fromEntries(new FormData(form)))
  } catch (error) {
    refuse(error)
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

for (const input of form.querySelectorAll('[aria-describedby]'))
  input.dataset.hint = input.getAttribute('aria-describedby')

// Without its secret a link opens nothing, whatever is typed.
const isIncomplete = ['accept', 'set'].includes(form.dataset.act) && secret === ''
if (isIncomplete) {
  tell(words.incomplete)
  for (const element of form.elements) element.disabled = true
} else if (form.dataset.act === 'accept') look().catch(refuse)
else form.querySelector('input')?.focus()
// Whoever opens the whole link in this very tab comes from one place of the page to another.
addEventListener('hashchange', () => location.reload())
