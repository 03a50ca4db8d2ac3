import type { Run } from '@regie/engine'
import { describe, expect, test } from 'vitest'
import { figuresFor } from './figures.ts'
import { html } from './html.ts'
import type { Overview } from './overview.ts'
import { writePage } from './page.ts'
import { languageOf } from './words.ts'

const policy = { catchUp: { withinMs: 3_600_000, max: 1 }, expiresMs: 60_000 }
const now = Date.UTC(2026, 10, 21, 9, 0)
const org = { name: 'Atelier <Nord>', timeZone: 'Europe/Paris' }
const nothing: Overview = { now, failing: [], queues: [], runs: [], schedules: [], alerts: [], backups: [] }

const run: Run = {
  id: 7,
  org: 'main',
  queue: 'default',
  job: 'quotes.notify',
  priority: 'normal',
  state: 'failed',
  attempt: 3,
  input: {},
  tags: [],
  createdAt: now - 120_000,
  endedAt: now - 60_000,
  durationMs: 1_234,
  error: { code: 'Error', message: '<script>alert(1)</script>' },
}

const full: Overview = {
  now,
  failing: [],
  queues: [
    {
      name: 'mail',
      queued: 12,
      scheduled: 3,
      blocked: 1,
      running: 2,
      oldestMs: 65_000,
      pausedAt: now,
      pausedReason: 'server moves',
    },
  ],
  runs: [run, { ...run, id: 8, state: 'running', attempt: 1, progress: { percent: 40, message: 'page 2', at: now } }],
  schedules: [
    {
      name: 'quotes.notify',
      description: 'Tells the clients',
      for: 'server',
      org: 'main',
      job: 'quotes.notify',
      timeZone: 'Europe/Paris',
      jitterMs: 0,
      overlap: 'skip',
      ...policy,
      declared: true,
      nextSlot: now + 240_000,
      lastSlot: { schedule: 'quotes.notify', slot: now, outcome: 'fired', handledAt: now - 1_000 },
      lastState: 'failed',
    },
    {
      name: 'old.one',
      for: 'server',
      org: 'main',
      job: 'old.one',
      timeZone: 'UTC',
      jitterMs: 0,
      overlap: 'skip',
      ...policy,
      declared: false,
    },
    {
      name: 'paused.one',
      for: 'server',
      org: 'main',
      job: 'old.one',
      timeZone: 'UTC',
      jitterMs: 0,
      overlap: 'skip',
      ...policy,
      declared: true,
      pausedAt: now,
    },
  ],
  alerts: [
    {
      id: 'a',
      org: 'main',
      key: 'job:quotes.notify',
      severity: 'critical',
      title: 'It failed',
      detail: 'Look.',
      count: 2,
      firstAt: now,
      lastAt: now,
    },
  ],
  backups: [{ kind: 'daily', count: 7, bytes: 12_300_000, newestAt: now - 3_600_000, damaged: 1 }],
}

const surroundings = {
  org,
  program: 'npm run regie --',
  descriptions: new Map([['quotes.notify', { en: 'Tells the clients', fr: 'Prévient les clients' }]]),
}
const english = (overview: Overview) => writePage(overview, { language: 'en', ...surroundings })
const french = (overview: Overview) => writePage(overview, { language: 'fr', ...surroundings })

describe('the first page', () => {
  test('escapes whatever comes from data', () => {
    expect(english(full)).not.toContain('<script>alert')
    expect(english(full)).toContain('&lt;script&gt;alert(1)')
    expect(english(full)).toContain('Atelier &lt;Nord&gt;')
  })

  test('says a state in words, not by colour alone', () => {
    for (const word of [
      'failed',
      'running',
      'critical',
      'paused',
      'no longer in the code',
      '1 damaged',
      'attempt 3',
      '2 times',
    ]) {
      expect(english(full)).toContain(word)
    }
    for (const word of [
      'échouée',
      'en cours',
      'critique',
      'en pause',
      'absente du code',
      '1 abîmée',
      'essai 3',
      '2 fois',
    ]) {
      expect(french(full)).toContain(word)
    }
  })

  test('shows what became of the last run of a schedule, not only that it was started', () => {
    const [, row = ''] = /data-key="quotes\.notify">(.*?)<\/tr>/.exec(english(full)) ?? []
    expect(row).toContain('failed')
    expect(row).not.toContain('>ran')
  })

  test('says what a schedule is for in the language of the page', () => {
    expect(english(full)).toContain('Tells the clients')
    expect(french(full)).toContain('Prévient les clients')
    expect(french(full)).not.toContain('Tells the clients')
  })

  test('names the next step where there is nothing to show', () => {
    expect(english(nothing)).toContain('npm run demo')
    expect(french(nothing)).toContain('npm run demo')
    expect(french(nothing)).toContain('npm run regie -- backup run')
    expect(french(nothing)).toContain('aucune alerte ouverte')
  })

  test('names what the platform itself raises in its language, and what others raise as they wrote it', () => {
    expect(english(full)).toContain('It failed')
    expect(french(full)).toContain('Le travail quotes.notify a échoué')
    const [alert] = full.alerts
    const others = { ...full, alerts: alert === undefined ? [] : [{ ...alert, key: 'stock', title: 'Bientôt vide' }] }
    for (const page of [english(others), french(others)]) expect(page).toContain('Bientôt vide')
  })

  test('says what keeps the process from being ready, in its language, and not that all is well', () => {
    const broken = { ...nothing, failing: [{ name: 'disk', ok: false, reason: '3 MiB are free, 256 are wanted' }] }
    expect(english(broken)).toContain('The disk is almost full')
    expect(french(broken)).toContain('Le disque est presque plein')
    for (const page of [english(broken), french(broken)]) {
      expect(page).toContain('3 MiB are free, 256 are wanted')
      expect(page).not.toMatch(/All is well|Tout va bien/)
    }
    expect(english(nothing)).toContain('All is well')
  })

  test('has one of each landmark, a caption on every table, and a header on every row', () => {
    const page = english(full)
    for (const landmark of ['<header>', '<main ', '<footer>']) expect(page.split(landmark)).toHaveLength(2)
    expect(page.match(/<table>/g)).toHaveLength(5)
    expect(page.match(/<caption/g)).toHaveLength(5)
    expect(page.match(/<tr data-key/g)).toHaveLength(page.match(/<th scope="row"/g)?.length ?? 0)
    expect(page).toContain('<html lang="en">')
  })

  test('has no script or style within itself, as its Content-Security-Policy asks', () => {
    expect(english(full)).not.toMatch(/<script(?![^>]*src=)|<style|style=|onclick=|onload=/)
  })
})

describe('the language', () => {
  test.each([
    ['fr', 'en', 'fr'],
    ['de', 'fr;q=0.5, en;q=0.9', 'en'],
    [undefined, 'fr-CH, en;q=0.8', 'fr'],
    [undefined, 'de, es', 'fr'],
    [undefined, 'en;q=0, de', 'fr'],
    [undefined, '', 'fr'],
  ])('asked for %j with %j it is %s', (asked, accept, language) => {
    expect(languageOf(asked, accept, 'fr')).toBe(language)
  })
})

test('figures are written as people of the language write them', () => {
  const figures = figuresFor('fr', 'Europe/Paris', now)
  expect(figures.moment(now - 7_200_000).html).toContain('datetime="2026-11-21T07:00:00.000Z"')
  expect(figures.moment(now - 7_200_000).html).toMatch(/08:00:00.*il y a 2\sh/)
  expect([12, 1_500, 90_000, 5_400_000].map((ms) => figures.duration(ms).replace(/\s/g, ' '))).toEqual([
    '12 ms',
    '1,5 s',
    '1,5 min',
    '1,5 h',
  ])
  expect([800, 2_500_000, 3e9].map((bytes) => figures.size(bytes).replace(/\s/g, ' '))).toEqual([
    '0,8 ko',
    '2,5 Mo',
    '3 Go',
  ])
})

test('a template joins lists and leaves out what is not there', () => {
  expect(html`<p>${['a', undefined, false, html`<b>${'&'}</b>`, 3]}</p>`.html).toBe('<p>a<b>&amp;</b>3</p>')
})
