import type { Config } from '../config/config.ts'
import type { AnyApp } from './app.ts'

/** The apps that are switched on. */
export function appsOn(apps: readonly AnyApp[], { appsOff }: Pick<Config, 'appsOff'>): readonly AnyApp[] {
  return apps.filter(({ id }) => !appsOff.has(id))
}
