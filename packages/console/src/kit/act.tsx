import { Button, Tooltip } from '@mantine/core'
import { createContext, useContext } from 'react'
import { common } from '../i18n/common.ts'
import { useWords } from '../i18n/language.tsx'
import { useMe } from '../session/me.ts'
import { useOffer } from './actions.ts'
import { Icon, type IconName } from './icon.tsx'
import { usePermissionName } from './permission-name.ts'

/** A button for something a person may not be allowed to do, or that does not apply: then it is there, disabled, and says why. */
export function Act({
  id,
  icon,
  label,
  permission,
  why,
  tone = 'default',
  busy = false,
  of,
  onAct,
}: {
  /** By which a page's `acts` name it, so that the palette offers it everywhere. */
  readonly id?: string | undefined
  readonly icon?: IconName
  readonly label: string
  /** Who lacks it sees the reason. */
  readonly permission?: string
  /** Why it does not apply now. */
  readonly why?: string | undefined
  readonly tone?: 'default' | 'primary' | 'danger'
  readonly busy?: boolean
  /** What it is done to, where that is not the page: by this name the palette offers it too. */
  readonly of?: string
  readonly onAct: () => void
}) {
  const reason = useRefusal()(permission) ?? why
  useOffer({ id, icon: icon ?? 'right', label, of, reason, onAct })
  const button = (
    <Button
      variant={tone === 'default' ? 'default' : tone === 'danger' ? 'light' : 'filled'}
      {...(tone === 'danger' && { color: 'red' })}
      leftSection={icon === undefined ? undefined : <Icon name={icon} size={14} />}
      loading={busy}
      {...(reason !== undefined && { 'data-disabled': true, 'aria-disabled': true })}
      // The second click of a double one is no second wish.
      onClick={({ detail }) => reason === undefined && detail < 2 && onAct()}
    >
      {label}
    </Button>
  )
  return reason === undefined ? (
    button
  ) : (
    <Tooltip label={reason} multiline maw={320}>
      {button}
    </Tooltip>
  )
}

/** True around what belongs to another organisation: it is looked at, and nothing of it is done from here. */
export const OfAnother = createContext(false)

/** Says why somebody may not do what needs a permission; undefined where they may. */
export function useRefusal(): (permission: string | undefined) => string | undefined {
  const words = useWords(common)
  const nameOf = usePermissionName()
  const { permissions, withheld } = useMe()
  const isOfAnother = useContext(OfAnother)
  return (permission) => {
    if (permission !== undefined && isOfAnother) return words.ofAnother
    if (permission === undefined || permissions.includes(permission)) return undefined
    return withheld.includes(permission) ? words.withheldAction : words.forbiddenAction(nameOf(permission))
  }
}
