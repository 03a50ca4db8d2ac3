import type { PlatformIdentity } from '../auth/platform-identity.ts'

/** True on a server that several organisations share: then lists of all of them say whose each line is. */
export async function hasSeveral({ installation }: Pick<PlatformIdentity, 'installation'>): Promise<boolean> {
  return (await installation.ids()).length > 1
}

/** The column that says so, if it is needed. */
export function organisationColumn(several: boolean) {
  return several ? [{ title: 'ORG', value: ({ org }: { readonly org: string }) => org }] : []
}
