import type { ComponentType } from 'react'
import type { Catalogue } from '../i18n/catalogue.ts'
import type { IconName } from '../kit/icon.tsx'

/** One page: where it is, who may see it, and the file that shows it, loaded when it is first opened. */
export interface ConsolePage {
  /** Such as `/runs` or `/runs/$id`; of an app below `/<app>`. */
  readonly path: string
  readonly title: Catalogue<string>
  /** The permission without which the page says that it is forbidden, such as `runs.read`. Default: being signed in. */
  readonly permission?: string
  /** Its entry in the menu; a page without one is reached from another. */
  readonly menu?: { readonly icon: IconName; readonly group: 'operations' | 'administration' | 'app' }
  /** The module that exports the component `Page`. */
  readonly load: () => Promise<{ readonly Page: ComponentType }>
}

/** A page of an app: its title is in two languages, and the entry of the app's `pages` that it stands behind has its id. */
export interface AppPage extends Omit<ConsolePage, 'title'> {
  /** Of the entry in the app's manifest; absent for a page reached from another. */
  readonly id?: string
  readonly title: { readonly en: string; readonly fr: string }
}

/** What an app brings to the console: `apps/<id>/console/index.ts` exports one. */
export interface ConsoleApp {
  /** The app's id. */
  readonly id: string
  /** Above its entries in the menu. Default: the app's title, in the one language it has. */
  readonly title?: { readonly en: string; readonly fr: string }
  readonly pages: readonly AppPage[]
}

/** An app as the shell shows it. */
export interface ShownApp {
  readonly id: string
  readonly title?: Catalogue<string>
  readonly pages: readonly ConsolePage[]
}
