import type { Platform } from '../app/platform.ts'
import { usageError } from './usage.ts'

/** Refuses an organisation that is not there, as a fault of what was typed. */
export async function requireOrganisation({ identity }: Pick<Platform, 'identity'>, org: string): Promise<void> {
  if (!(await identity.installation.ids()).includes(org))
    throw usageError(`there is no organisation ${org}: organisations list shows them`)
}
