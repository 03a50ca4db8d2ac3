import { Button, Tooltip } from '@mantine/core'
import { common } from '../i18n/common.ts'
import { useWords } from '../i18n/language.tsx'
import { useMe } from '../session/me.ts'
import { Icon, type IconName } from './icon.tsx'

/** A button for something a person may not be allowed to do, or that does not apply: then it is there, disabled, and says why. */
export function Act({
  icon,
  label,
  permission,
  why,
  tone = 'default',
  busy = false,
  onAct,
}: {
  readonly icon?: IconName
  readonly label: string
  /** Who lacks it sees the reason. */
  readonly permission?: string
  /** Why it does not apply now. */
  readonly why?: string | undefined
  readonly tone?: 'default' | 'primary' | 'danger'
  readonly busy?: boolean
  readonly onAct: () => void
}) {
  const words = useWords(common)
  const me = useMe()
  const lacks = permission !== undefined && !me.permissions.includes(permission)
  const refusal = (needed: string) =>
    me.withheld.includes(needed) ? words.withheldAction : words.forbiddenAction(needed)
  const reason = lacks ? refusal(permission) : why
  const button = (
    <Button
      variant={tone === 'default' ? 'default' : tone === 'danger' ? 'light' : 'filled'}
      {...(tone === 'danger' && { color: 'red' })}
      leftSection={icon === undefined ? undefined : <Icon name={icon} size={14} />}
      loading={busy}
      {...(reason !== undefined && { 'data-disabled': true, 'aria-disabled': true })}
      onClick={() => reason === undefined && onAct()}
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
