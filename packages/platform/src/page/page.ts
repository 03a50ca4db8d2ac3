import type { Translated } from '../app/schedule.ts'
import type { Config } from '../config/config.ts'
import { figuresFor } from './figures.ts'
import { html } from './html.ts'
import type { Overview } from './overview.ts'
import { alertSection, backupSection, glance, type Pen, queueSection, runSection, scheduleSection } from './sections.ts'
import { type Language, wordsOf } from './words.ts'

/** The page's surroundings. */
export interface PageOptions {
  readonly language: Language
  readonly org: Pick<Config['org'], 'name' | 'timeZone'>
  /** How the command is typed here. */
  readonly program: string
  /** What schedules are for, by name, in each language. */
  readonly descriptions: ReadonlyMap<string, Translated>
}

/** The whole page; its script fetches it again and again and takes over what changed. */
export function writePage(overview: Overview, { language, org, program, descriptions }: PageOptions): string {
  const words = wordsOf(language)
  const pen: Pen = {
    words,
    figures: figuresFor(language, org.timeZone, overview.now),
    program,
    describe: ({ name, description }) => descriptions.get(name)?.[language] ?? description,
  }
  const other = language === 'fr' ? 'en' : 'fr'
  const otherName = other === 'fr' ? 'Français' : 'English'
  return html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Regie · ${org.name}</title>
<link rel="icon" href="/assets/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/assets/theme.css">
<link rel="stylesheet" href="/assets/page.css">
<script src="/assets/looks.js"></script>
<script src="/assets/page.js" defer></script>
</head>
<body>
<a class="skip" href="#main">${words.skip}</a>
<header>
<div class="brand"><img src="/assets/icon.svg" alt="" width="28" height="28"><h1>Regie</h1><span class="org">${org.name}</span></div>
<div class="tools">
<span class="live" id="live"><span class="dot" aria-hidden="true"></span>${words.live}</span>
<nav aria-label="${words.language}"><a href="?lang=${other}" lang="${other}" hreflang="${other}">${otherName}</a></nav>
</div>
</header>
<p id="stale" class="stale" role="status" hidden data-words="${words.staleSince}"></p>
<main id="main" tabindex="-1">
${glance(overview, pen)}
<div class="columns">
<div>${[alertSection(overview, pen), runSection(overview.runs, pen), queueSection(overview.queues, pen)]}</div>
<div>${[scheduleSection(overview.schedules, pen), backupSection(overview.backups, pen)]}</div>
</div>
</main>
<footer>
<p>${words.refreshes} ${words.timesIn(org.timeZone)}</p>
<nav aria-label="${words.machines}"><span>${words.machines}</span> <a href="/api/v1/runs">/api/v1/runs</a> <a href="/api/v1/schedules">/api/v1/schedules</a> <a href="/metrics">/metrics</a> <a href="/ready">/ready</a></nav>
</footer>
</body>
</html>
`.html
}
