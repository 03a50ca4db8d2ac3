import type { Config } from '../config/config.ts'
import type { DocumentRoute } from '../http/endpoint.ts'
import { html } from './html.ts'
import { secondFactorWords } from './second-factor-words.ts'
import { type Language, languageOf } from './words.ts'

/** The page where a session shows its second factor, or sets one up. It holds nothing itself; its script asks the API. */
export function secondFactorRoute({ org }: Pick<Config, 'org'>): DocumentRoute {
  return {
    url: '/second-factor',
    access: 'public',
    handle({ query, language: accept }) {
      const language = languageOf(query.lang, accept, org.language)
      return {
        type: 'text/html; charset=utf-8',
        body: write(language, org.name, query.next),
        headers: { 'content-language': language, vary: 'accept-language' },
      }
    },
  }
}

function write(language: Language, org: string, next: string | undefined): string {
  const words = secondFactorWords(language)
  const other = language === 'fr' ? 'en' : 'fr'
  const kept = next === undefined ? '' : `&next=${encodeURIComponent(next)}`
  return html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${words.title} · Regie</title>
<link rel="icon" href="/assets/icon.svg" type="image/svg+xml">
<script src="/assets/looks.js"></script>
<link rel="stylesheet" href="/assets/theme.css">
<link rel="stylesheet" href="/assets/sign-in.css">
<script src="/assets/second-factor.js" type="module"></script>
</head>
<body>
<main>
<div class="brand"><img src="/assets/icon.svg" alt="" width="40" height="40"><span>Regie</span><span class="org">${org}</span></div>
<div class="card">
<h1>${words.title}</h1>
<p class="about" id="about" role="status"></p>
<noscript><p class="problem">${words.needsScript}</p></noscript>
<form data-words="${JSON.stringify(words.told)}" method="post" novalidate>
<p class="problem" id="problem" role="alert" hidden></p>
<div class="field" data-field="password" hidden><label for="password">${words.password}</label>
<input id="password" name="password" type="password" autocomplete="current-password" maxlength="128"></div>
<div class="field" data-field="secret" hidden><p class="hint">${words.secret}</p>
<svg id="qr" role="img" aria-label="${words.qr}" shape-rendering="crispEdges"><path id="qr-path" fill="#000000"></path></svg>
<p class="hint">${words.secretText}</p>
<p><code id="secret" translate="no"></code></p><p><a id="app" href="#">${words.openApp}</a></p></div>
<div class="field" data-field="code" hidden><label for="code">${words.code}</label>
<input id="code" name="code" type="text" autocomplete="one-time-code" autocapitalize="characters" spellcheck="false" maxlength="40"></div>
<div class="field" data-field="codes" hidden><p class="hint">${words.codes}</p><pre id="codes"></pre></div>
<button type="submit">${words.goOn}</button>
<div class="field" data-field="passkey" hidden><button type="button" class="other" id="passkey">${words.passkey}</button></div>
</form>
<p class="below"><a href="/sign-in?lang=${language}">${words.otherAccount}</a></p>
</div>
<nav aria-label="${words.language}"><a class="language" href="?lang=${other}${kept}" lang="${other}" hreflang="${other}">${other === 'fr' ? 'Français' : 'English'}</a></nav>
</main>
</body>
</html>
`.html
}
