import { ActionIcon, Menu, Tooltip } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useFigures, useWords } from '../i18n/language.tsx'
import { Icon } from '../kit/icon.tsx'
import { useMe } from '../session/me.ts'
import { OrganisationSwitch } from '../session/organisations.tsx'
import { useProfile } from '../session/profile.ts'
import { signOut } from '../session/sign-out.ts'
import styles from './account-menu.module.css'
import { DisplayChoices } from './display-choices.tsx'
import { shell } from './words.ts'

/** Who is signed in, and how they want to see the console. */
export function AccountMenu({ onShortcuts }: { readonly onShortcuts: () => void }) {
  const words = useWords(shell)
  const { timeZone } = useFigures()
  const { principal, org } = useMe()
  const profile = useProfile()
  return (
    <Menu width={280} closeOnItemClick={false}>
      <Menu.Target>
        <Tooltip label={words.account}>
          <ActionIcon aria-label={words.account} size={32}>
            <Icon name="user" size={18} />
          </ActionIcon>
        </Tooltip>
      </Menu.Target>
      <Menu.Dropdown>
        <div className={styles.who} translate="no">
          <b>{principal.name}</b>
          <span>{org.name}</span>
        </div>
        <Menu.Divider />
        <div className={styles.choices}>
          <OrganisationSwitch />
          <DisplayChoices />
        </div>
        <Menu.Divider />
        {profile?.sessionId !== undefined && (
          <Menu.Item closeMenuOnClick component={Link} to="/account" leftSection={<Icon name="user" size={14} />}>
            {words.yourAccount}
          </Menu.Item>
        )}
        <Menu.Item closeMenuOnClick onClick={onShortcuts} rightSection={<kbd className={styles.key}>?</kbd>}>
          {words.shortcuts}
        </Menu.Item>
        {profile?.sessionId !== undefined && (
          <Menu.Item leftSection={<Icon name="exit" size={14} />} onClick={() => void signOut()}>
            {words.signOut}
          </Menu.Item>
        )}
        <p className={styles.zone}>{words.timesIn(timeZone)}</p>
      </Menu.Dropdown>
    </Menu>
  )
}
