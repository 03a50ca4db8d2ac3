import type { BetterAuthPlugin } from 'better-auth'
import type { AuthOptions } from './options.ts'

/** What better-auth does besides passwords and sessions. Each plugin is loaded here, when the first of its addresses is asked for at the earliest. */
export async function authPlugins(_options: AuthOptions): Promise<readonly BetterAuthPlugin[]> {
  return []
}
