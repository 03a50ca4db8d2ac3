import { ActionIcon, Menu, SegmentedControl, Switch, Tooltip } from '@mantine/core'
import { useFigures, useLanguage, useWords } from '../i18n/language.tsx'
import { Icon } from '../kit/icon.tsx'
import { useMe } from '../session/me.ts'
import { OrganisationSwitch, useProfile } from '../session/organisations.tsx'
import { signOut } from '../session/sign-out.ts'
import styles from './account-menu.module.css'
import { setPreferences, usePreferences } from './preferences.ts'
import { shell } from './words.ts'

/** Who is signed in, and how they want to see the console. */
export function AccountMenu({ onShortcuts }: { readonly onShortcuts: () => void }) {
  const words = useWords(shell)
  const language = useLanguage()
  const { timeZone } = useFigures()
  const { principal, org } = useMe()
  const profile = useProfile()
  const { theme, density, singleKeys } = usePreferences()
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
          <span>{words.theme}</span>
          <SegmentedControl
            aria-label={words.theme}
            fullWidth
            value={theme}
            onChange={(value) => setPreferences({ theme: value as typeof theme })}
            data={[
              { value: 'light', label: words.light },
              { value: 'dark', label: words.dark },
              { value: 'auto', label: words.auto },
            ]}
          />
          <span>{words.language}</span>
          <SegmentedControl
            aria-label={words.language}
            fullWidth
            value={language === 'fr' ? 'fr' : 'en'}
            onChange={(value) => setPreferences({ language: value === 'fr' ? 'fr' : 'en' })}
            data={[
              {
                value: 'en',
                label: (
                  <span lang="en" translate="no">
                    English
                  </span>
                ),
              },
              {
                value: 'fr',
                label: (
                  <span lang="fr" translate="no">
                    Français
                  </span>
                ),
              },
            ]}
          />
          <span>{words.density}</span>
          <SegmentedControl
            aria-label={words.density}
            fullWidth
            value={density}
            onChange={(value) => setPreferences({ density: value as typeof density })}
            data={[
              { value: 'dense', label: words.dense },
              { value: 'cosy', label: words.cosy },
            ]}
          />
          <Switch
            size="xs"
            checked={singleKeys}
            label={words.singleKeys}
            onChange={(event) => setPreferences({ singleKeys: event.currentTarget.checked })}
          />
        </div>
        <Menu.Divider />
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
