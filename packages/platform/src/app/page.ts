import type { Translated } from './schedule.ts'
import type { Scope } from './scope.ts'

/** An entry of an app in the console's menu. Its page is in the app's `console/`, under the same id. */
export interface ConsolePage<S extends Scope = Scope> {
  /** One lower-case word or several with dashes, unique in the app. */
  readonly id: string
  /** Below the app's own address in the console, such as `/clients`; `/` is what the app opens with. */
  readonly path: string
  readonly title: Translated
  /** The name of an icon of the console's kit. */
  readonly icon: string
  /** Who does not hold it does not see the entry. */
  readonly permission: S['permission']
  /** Entries stand in rising order. */
  readonly order: number
}
