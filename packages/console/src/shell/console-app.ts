import type { ComponentType } from 'react'
import type { Catalogue, Phrases } from '../i18n/catalogue.ts'
import type { IconName } from '../kit/icon.tsx'

/** One page: where it is, who may see it, and the file that shows it, loaded when it is first opened. */
export interface ConsolePage {
  /** Such as `/runs` or `/runs/$id`; of an app below `/<app>`. */
  readonly path: string
  readonly title: Catalogue<string>
  /** Other words that the palette finds it by. */
  readonly also?: Catalogue<string>
  /** The permission without which the page says that it is forbidden, such as `runs.read`. Default: being signed in. */
  readonly permission?: string
  /** Its entry in the menu; a page without one is reached from another. */
  readonly menu?: { readonly icon: IconName; readonly group: 'operations' | 'administration' | 'app' }
  /** What can be done there, for the palette to offer everywhere: the page shows an `<Act>` with this id. */
  readonly acts?: readonly PageAct[]
  /** The module that exports the component `Page`. */
  readonly load: () => Promise<{ readonly Page: ComponentType }>
}

/** Something that a page has a button for. */
export interface PageAct {
  readonly id: string
  readonly icon: IconName
  readonly title: Catalogue<string>
  /** Who lacks it is not offered it. Default: whoever may see the page. */
  readonly permission?: string
}

/** A page of an app: its title is in two languages, and the entry of the app's `pages` that it stands behind has its id. */
export interface AppPage extends Omit<ConsolePage, 'title' | 'also' | 'acts'> {
  /** Of the entry in the app's manifest; absent for a page reached from another. */
  readonly id?: string
  readonly title: { readonly en: string; readonly fr: string }
}

/** One thing that the palette has found. */
export interface Found {
  readonly text: string
  /** What tells it from others of that name, such as an e-mail address. */
  readonly detail?: string | undefined
  readonly to: string
  readonly search?: Readonly<Record<string, string>>
}

/** Looks for a text of two characters or more. Answers a handful, the best first; what it throws is said. */
export type Find = (text: string, signal: AbortSignal) => Promise<readonly Found[]>

/** Things that the palette finds by name, and who may see them. */
export interface ConsoleFind {
  /** What one of them is called, such as `User`. */
  readonly title: Catalogue<string>
  readonly icon: IconName
  readonly permission: string
  /** Loaded when something is first looked for. */
  readonly load: () => Promise<Find>
}

/** The same of an app: its title is in two languages. */
export interface AppFind extends Omit<ConsoleFind, 'title'> {
  readonly title: { readonly en: string; readonly fr: string }
}

/** What an app brings to the console: `apps/<id>/console/index.ts` exports one. */
export interface ConsoleApp {
  /** The app's id. */
  readonly id: string
  /** Above its entries in the menu. Default: the app's title, in the one language it has. */
  readonly title?: { readonly en: string; readonly fr: string }
  readonly pages: readonly AppPage[]
  /** What the palette finds of it. Default: its pages only. */
  readonly finds?: readonly AppFind[]
  /** Where each type of object of its audit entries is shown; with a slash at the end its own page, such as `/quotes/`. */
  readonly objects?: Readonly<Record<string, string>>
  /** What the actions of its audit entries are called, by their codes, such as `quotes.clients.create`. Without it the code alone is shown. */
  readonly actions?: { readonly en: Readonly<Record<string, string>>; readonly fr: Readonly<Record<string, string>> }
  /** What its refusals say to people, by their codes: as in `kit/problem-words.ts`. Without it they read what the API says. */
  readonly problems?: { readonly en: Phrases; readonly fr: Phrases }
}

/** An app as the shell shows it. */
export interface ShownApp {
  readonly id: string
  readonly title?: Catalogue<string>
  readonly pages: readonly ConsolePage[]
  readonly finds: readonly ConsoleFind[]
}
