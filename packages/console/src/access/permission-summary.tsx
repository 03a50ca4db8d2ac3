import type { GetRolesOutput } from '../api.gen.ts'
import { useWords } from '../i18n/language.tsx'
import styles from './access.module.css'
import { EVERYTHING, usePermissionGroups } from './permission.ts'
import { permissionWords } from './permission-words.ts'

// It keeps to what stands before it.
const BETWEEN = '\u00a0· '

/** What somebody with these permissions may do, in words: the areas of which they have all, and what of others. */
export function PermissionSummary({
  permissions,
  all,
  about,
}: {
  readonly permissions: readonly string[]
  /** Everything that may be permitted. */
  readonly all: GetRolesOutput['permissions']
  /** Says it in a sentence. */
  readonly about?: string | undefined
}) {
  const words = useWords(permissionWords)
  const held = new Set(permissions)
  const groups = usePermissionGroups(all).map((group) => {
    const has = group.permissions.filter((each) => held.has(each.name))
    return { ...group, has, isWhole: has.length === group.permissions.length }
  })
  const whole = groups.filter(({ isWhole }) => isWhole)
  const parts = groups.filter(({ has, isWhole }) => has.length > 0 && !isWhole)
  const isEverything = held.has(EVERYTHING)
  const hasEach = isEverything || whole.length === groups.length
  return (
    <ul className={styles.summary}>
      {about !== undefined && <li>{about}</li>}
      {isEverything && (
        <li>
          <b>{words.everything}</b> <code translate="no">{EVERYTHING}</code>
        </li>
      )}
      {hasEach && !isEverything && (
        <li>
          <b>{words.everyOne}</b>
        </li>
      )}
      {!hasEach && whole.length > 0 && (
        <li>
          {words.allOf} <b translate="no">{whole.map(({ title }) => title).join(BETWEEN)}</b>
        </li>
      )}
      {!hasEach &&
        parts.map(({ id, title, has }) => (
          <li key={id} translate="no">
            <b>{title}</b> – {has.map((permission) => permission.about).join(BETWEEN)}
          </li>
        ))}
      {permissions.length === 0 && <li>{words.nothing}</li>}
    </ul>
  )
}
