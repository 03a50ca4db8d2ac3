import { Menu } from '@mantine/core'
import { useWords } from '../i18n/language.tsx'
import { Icon } from '../kit/icon.tsx'
import { useMe } from '../session/me.ts'
import { moveTo } from '../session/organisations.tsx'
import { useProfile } from '../session/profile.ts'
import styles from './navigation.module.css'
import { shell } from './words.ts'

/** The organisation one works in; a press shows the others. For whoever has several. */
export function OrganisationMenu() {
  const words = useWords(shell)
  const { org } = useMe()
  const others = useProfile()?.organisations ?? []
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: a press in here is not one on a page of the menu, which would send the drawer away
    // biome-ignore lint/a11y/useKeyWithClickEvents: the button and the entries hear the keyboard themselves
    <div className={styles.switch} onClick={(event) => event.stopPropagation()}>
      <Menu position="bottom-start" width={196}>
        <Menu.Target>
          <button type="button" className={styles.org} aria-label={words.organisationNow(org.name)}>
            <b translate="no">{org.name}</b>
            <Icon name="down" size={12} />
          </button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Label>{words.organisation}</Menu.Label>
          {others.map(({ id, name }) => (
            <Menu.Item
              key={id}
              disabled={id === org.id}
              leftSection={id === org.id ? <Icon name="check" size={14} /> : <span className={styles.noSign} />}
              onClick={() => void moveTo(id)}
            >
              <span translate="no">{name}</span>
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
    </div>
  )
}
