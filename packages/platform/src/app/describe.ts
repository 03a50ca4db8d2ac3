import type { Config } from '../config/config.ts'
import type { AnyApp } from './app.ts'
import { type Translated, translated } from './schedule.ts'
import { isJobSubject, subjectName } from './slo.ts'

/** An app, as an operator or the console is shown it. */
export interface AppDescription {
  readonly id: string
  readonly title: string
  readonly on: boolean
  /** The last of its migrations, which is the version of its tables; null without any. */
  readonly migration: string | null
  readonly routes: number
  readonly jobs: number
  readonly workflows: number
  readonly schedules: number
  /** Permission, as sign-in knows it (`quotes.quote.read`) → what it lets a person do. */
  readonly permissions: Readonly<Record<string, Translated>>
  /** Role → permissions. */
  readonly roles: Readonly<Record<string, readonly string[]>>
  /** Entries of the console's menu, in their order. */
  readonly pages: readonly AppPage[]
  readonly slos: readonly AppSlo[]
}

/** An entry of the console's menu. */
export interface AppPage {
  readonly id: string
  readonly path: string
  readonly title: { readonly en: string; readonly fr: string }
  readonly icon: string
  readonly permission: string
}

/** A service level of an app. */
export interface AppSlo {
  /** `quotes.send-answers`, the label of its metrics. */
  readonly name: string
  readonly about: string
  readonly kind: 'route' | 'job'
  /** `POST /api/v1/quotes/clients` or `quotes.send`. */
  readonly of: string
  readonly objective: number
  readonly within: string | null
  readonly window: string
}

/** Describes every app of a product. */
export function describeApps(apps: readonly AnyApp[], config: Pick<Config, 'appsOff'>): readonly AppDescription[] {
  return apps.map((app) => {
    const full = (permission: string) => `${app.id}.${permission}`
    return {
      id: app.id,
      title: app.title,
      on: !config.appsOff.has(app.id),
      migration: Object.keys(app.migrations).toSorted().at(-1) ?? null,
      routes: app.routes.length,
      jobs: app.jobs.length,
      workflows: app.workflows.length,
      schedules: app.schedules.length,
      permissions: Object.fromEntries(
        Object.entries(app.permissions).map(([name, about]) => [full(name), translated(about)]),
      ),
      roles: Object.fromEntries(Object.entries(app.roles).map(([role, allowed]) => [role, allowed.map(full)])),
      pages: app.pages
        .toSorted((a, b) => a.order - b.order)
        .map(({ order: _, ...page }) => ({ ...page, permission: full(page.permission) })),
      slos: app.slos.map(({ name, about, of: subject, objective, within, window }) => ({
        name: full(name),
        about,
        kind: isJobSubject(subject) ? 'job' : 'route',
        of: subjectName(app.id, subject),
        objective,
        within: within ?? null,
        window,
      })),
    }
  })
}
