import type { Config } from '../config/config.ts'
import type { DocumentRoute } from '../http/endpoint.ts'
import type { Mailer } from '../mail/mailer.ts'
import { type Html, html } from './html.ts'
import { type SignInWords, signInWords } from './sign-in-words.ts'
import { type Language, languageOf } from './words.ts'

interface Form {
  readonly url: string
  /** What its script does with it. */
  readonly act: string
  readonly title: (words: SignInWords) => string
  readonly about?: (words: SignInWords) => string
  readonly body: (words: SignInWords) => Html
  readonly submit: (words: SignInWords) => string
}

const FORMS: readonly Form[] = [
  {
    url: '/sign-in',
    act: 'sign-in',
    title: (words) => words.signInTitle,
    body: (words) => html`${email(words)}${password(words, 'current-password', words.password)}`,
    submit: (words) => words.signIn,
  },
  {
    url: '/forgot-password',
    act: 'forgot',
    title: (words) => words.forgottenTitle,
    about: (words) => words.forgottenAbout,
    body: (words) => email(words),
    submit: (words) => words.send,
  },
  {
    url: '/set-password',
    act: 'set',
    title: (words) => words.setTitle,
    about: (words) => words.setAbout,
    body: (words) => html`${password(words, 'new-password', words.newPassword)}
<label class="tick"><input name="removePasskeys" type="checkbox">${words.removePasskeys}</label>`,
    submit: (words) => words.save,
  },
  {
    url: '/accept-invitation',
    act: 'accept',
    title: (words) => words.acceptTitle,
    about: (words) => words.acceptAbout,
    body: (words) => html`${email(words)}${name(words)}${password(words, 'new-password', words.password)}`,
    submit: (words) => words.accept,
  },
]

/** What the pages are made of. */
export interface SignInOptions extends Pick<Config, 'org' | 'program'> {
  /** Whether anybody may come in yet. */
  readonly hasOwner: () => Promise<boolean>
  /** Whether a mail that is sent reaches anybody. */
  readonly mail: Pick<Mailer, 'delivery'>
}

/** The pages for those who are not signed in yet. Links carry their secret behind `#`, where no server, log or referrer sees it. */
export function signInRoutes({ org, program, hasOwner, mail }: SignInOptions): readonly DocumentRoute[] {
  return FORMS.map((form) => ({
    url: form.url,
    access: 'public',
    async handle({ query, language: accept }) {
      const language = languageOf(query.lang, accept, org.language)
      const isNobodys = form.act === 'sign-in' && !(await hasOwner())
      return {
        type: 'text/html; charset=utf-8',
        body: writeForm(form, {
          language,
          org: org.name,
          next: query.next,
          hasMail: mail.delivery === 'mail',
          ...(isNobodys && { starts: startOf(program) }),
        }),
        headers: { 'content-language': language, vary: 'accept-language' },
      }
    },
  }))
}

interface Looks {
  readonly language: Language
  readonly org: string
  readonly next: string | undefined
  readonly hasMail: boolean
  /** The command that prints the first link; only where nobody may come in yet. */
  readonly starts?: string
}

/** `npm run regie --` stands in a repository, where the server is started without it. */
function startOf(program: string): string {
  return program.startsWith('npm ') ? 'npm start' : `${program} start`
}

function writeForm(form: Form, { language, org, next, hasMail, starts }: Looks): string {
  const own = signInWords(language)
  const words = hasMail ? own : { ...own, forgottenAbout: own.noMailAbout, sent: own.noMailSent }
  const other = language === 'fr' ? 'en' : 'fr'
  const kept = next === undefined ? '' : `&next=${encodeURIComponent(next)}`
  return html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${form.title(words)} · Regie</title>
<link rel="icon" href="/assets/icon.svg" type="image/svg+xml">
<script src="/assets/looks.js"></script>
<link rel="stylesheet" href="/assets/theme.css">
<link rel="stylesheet" href="/assets/sign-in.css">
<script src="/assets/sign-in.js" type="module"></script>
${form.act === 'sign-in' && html`<script src="/assets/other-ways.js" type="module"></script>`}
</head>
<body>
<main>
<div class="brand"><img src="/assets/icon.svg" alt="" width="40" height="40"><span>Regie</span><span class="org">${org}</span></div>
<div class="card">
<h1>${form.title(words)}</h1>
${form.about === undefined ? undefined : html`<p class="about" id="about" data-known="${words.acceptKnown}">${form.about(words)}</p>`}
${starts !== undefined && html`<p class="first" role="status">${words.nobodyYet(starts)}</p>`}
<noscript><p class="problem">${words.needsScript}</p></noscript>
<form data-act="${form.act}" data-words="${JSON.stringify({ ...words.refusals, ...words.wrong, refused: words.refused, sent: words.sent, saved: words.saved, incomplete: words.incomplete })}" method="post" novalidate>
<p class="problem" id="problem" role="alert" hidden></p>
<p class="done" id="done" role="status" hidden></p>
${form.body(words)}
<button type="submit">${form.submit(words)}</button>
</form>
${below(form, words, language)}
</div>
<nav aria-label="${words.language}"><a class="language" href="?lang=${other}${kept}" lang="${other}" hreflang="${other}">${other === 'fr' ? 'Français' : 'English'}</a></nav>
</main>
</body>
</html>
`.html
}

function below({ act }: Form, words: SignInWords, language: Language): Html | undefined {
  if (act === 'sign-in')
    return html`<div id="other-ways" data-passkey="${words.passkey}" data-by-name="${words.passkeyByName}"></div>
<p class="below"><a href="/forgot-password?lang=${language}">${words.forgotten}</a></p>`
  if (act === 'forgot') return html`<p class="below"><a href="/sign-in?lang=${language}">${words.back}</a></p>`
  return undefined
}

function email(words: SignInWords): Html {
  return html`<div class="field" data-field="email"><label for="email">${words.email}</label>
<input id="email" name="email" type="email" autocomplete="username" autocapitalize="none" spellcheck="false" required maxlength="254"></div>`
}

function name(words: SignInWords): Html {
  return html`<div class="field" data-field="name"><label for="name">${words.name}</label>
<input id="name" name="name" type="text" autocomplete="name" required maxlength="120"></div>`
}

function password(words: SignInWords, autocomplete: 'current-password' | 'new-password', label: string): Html {
  const isNew = autocomplete === 'new-password'
  return html`<div class="field" data-field="password"><label for="password">${label}</label>
<div class="with-button"><input id="password" name="password" type="password" autocomplete="${autocomplete}" required maxlength="128"${isNew && html` minlength="12" aria-describedby="hint"`}>
<button type="button" class="show" aria-pressed="false" aria-controls="password">${words.show}</button></div>
${isNew && html`<p class="hint" id="hint">${words.passwordHint}</p>`}</div>`
}
