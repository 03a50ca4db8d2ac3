import { Checkbox, TextInput } from '@mantine/core'
import { useId, useState } from 'react'
import type { GetRolesOutput } from '../api.gen.ts'
import { useFigures, useWords } from '../i18n/language.tsx'
import { useNamed } from '../kit/form.tsx'
import { Icon } from '../kit/icon.tsx'
import { holds } from '../shell/rank.ts'
import { EVERYTHING, type PermissionGroup, usePermissionGroups } from './permission.ts'
import styles from './permission-picker.module.css'
import { permissionWords } from './permission-words.ts'

/** Any of the permissions there are, each or by area; or everything at once, for whoever may give that. */
export function PermissionPicker({
  label,
  permissions,
  chosen,
  onChange,
  everything = false,
}: {
  readonly label: string
  readonly permissions: GetRolesOutput['permissions']
  readonly chosen: readonly string[]
  readonly onChange: (chosen: readonly string[]) => void
  /** Whether `*` is offered. */
  readonly everything?: boolean
}) {
  const words = useWords(permissionWords)
  const { count } = useFigures()
  const { wrong, mark } = useNamed({ name: 'permissions', label })
  const [typed, setTyped] = useState('')
  const heading = useId()
  const isAll = chosen.includes(EVERYTHING)
  const held = new Set(isAll ? permissions.map(({ name }) => name) : chosen)
  const shown = usePermissionGroups(permissions)
    .map((group) => ({ group, found: foundIn(group, typed) }))
    .filter(({ found }) => found.length > 0)
  const set = (names: readonly string[], wanted: boolean): void => {
    const others = chosen.filter((name) => !names.includes(name))
    onChange(wanted ? [...others, ...names] : others)
  }
  return (
    <div className={styles.picker} role="group" aria-labelledby={heading} {...mark} data-wrong={wrong && true}>
      <div className={styles.head}>
        <span id={heading} className={styles.label}>
          {label}
        </span>
        <span className="soft" role="status">
          {words.chosen(count(held.size), count(permissions.length))}
        </span>
      </div>
      <TextInput
        type="search"
        aria-label={words.findPermission}
        placeholder={words.findPermission}
        leftSection={<Icon name="search" size={14} />}
        value={typed}
        onChange={(event) => {
          setTyped(event.currentTarget.value)
          // To look is not to write: nothing is lost when it is closed.
          event.stopPropagation()
        }}
      />
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <div className={styles.groups} tabIndex={0} role="region" aria-labelledby={heading}>
        {typed.trim() === '' && (everything || isAll) && (
          <Checkbox
            className={styles.everything}
            size="sm"
            label={words.everything}
            description={words.everythingAbout}
            checked={isAll}
            onChange={(event) => onChange(event.currentTarget.checked ? [EVERYTHING] : [])}
          />
        )}
        {shown.map(({ group, found }) => (
          <Group key={group.id} group={group} found={found} held={held} isFixed={isAll} onSet={set} />
        ))}
        {shown.length === 0 && <p className="soft">{words.noneFound}</p>}
      </div>
      {wrong !== undefined && <p className={styles.wrong}>{wrong}</p>}
    </div>
  )
}

function Group({
  group: { title, permissions },
  found,
  held,
  isFixed,
  onSet,
}: {
  readonly group: PermissionGroup
  /** Those of them that are shown; the tick of the group is about these. */
  readonly found: PermissionGroup['permissions']
  readonly held: ReadonlySet<string>
  /** Nothing can be taken out. */
  readonly isFixed: boolean
  readonly onSet: (names: readonly string[], wanted: boolean) => void
}) {
  const words = useWords(permissionWords)
  const { count } = useFigures()
  const names = found.map(({ name }) => name)
  const of = (list: readonly { readonly name: string }[]): number => list.filter(({ name }) => held.has(name)).length
  const ticked = of(found)
  return (
    <div role="group" aria-label={title} className={styles.group}>
      <div className={styles.title}>
        <Checkbox
          size="sm"
          label={<span translate="no">{title}</span>}
          checked={ticked === found.length}
          indeterminate={ticked > 0 && ticked < found.length}
          disabled={isFixed}
          onChange={() => onSet(names, ticked < found.length)}
        />
        <span className="soft">{words.ofGroup(count(of(permissions)), count(permissions.length))}</span>
      </div>
      <ul>
        {found.map(({ name, about }) => (
          <li key={name}>
            <Checkbox
              size="sm"
              label={
                <span translate="no">
                  {about} <code>{name}</code>
                </span>
              }
              checked={held.has(name)}
              disabled={isFixed}
              onChange={(event) => onSet([name], event.currentTarget.checked)}
            />
          </li>
        ))}
      </ul>
    </div>
  )
}

function foundIn({ title, permissions }: PermissionGroup, typed: string): PermissionGroup['permissions'] {
  return permissions.filter(({ name, about }) => holds(typed, `${title} ${about} ${name}`))
}
