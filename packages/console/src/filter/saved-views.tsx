import { ActionIcon, Button, Menu } from '@mantine/core'
import { useWords } from '../i18n/language.tsx'
import { useConfirm } from '../kit/confirm.tsx'
import { Icon } from '../kit/icon.tsx'
import { usePreference } from '../shell/preferences.ts'
import styles from './filter-bar.module.css'
import { filterWords } from './words.ts'

/** Filters under names, kept in this browser. */
export function SavedViews({
  list,
  filter,
  onChoose,
}: {
  readonly list: string
  readonly filter: string
  readonly onChoose: (filter: string) => void
}) {
  const words = useWords(filterWords)
  const confirm = useConfirm()
  const [views, setViews] = usePreference('views')
  const own = views[list] ?? []
  const save = async (): Promise<void> => {
    const answer = await confirm({
      title: words.saveTitle,
      action: words.saveAction,
      text: { label: words.saveName, initial: filter },
    })
    if (answer === false || answer.text === '') return
    setViews({ ...views, [list]: [...own.filter(({ name }) => name !== answer.text), { name: answer.text, filter }] })
  }
  return (
    <Menu width={300}>
      <Menu.Target>
        <Button variant="default" size="sm" leftSection={<Icon name="star" size={14} />}>
          {words.saved}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {own.length === 0 && <Menu.Label>{words.noViews}</Menu.Label>}
        {own.map((view) => (
          <div key={view.name} className={styles.view}>
            <Menu.Item onClick={() => onChoose(view.filter)}>
              <span translate="no">{view.name}</span>
            </Menu.Item>
            <ActionIcon
              aria-label={words.remove(view.name)}
              onClick={() => setViews({ ...views, [list]: own.filter(({ name }) => name !== view.name) })}
            >
              <Icon name="cross" size={12} />
            </ActionIcon>
          </div>
        ))}
        <Menu.Divider />
        <Menu.Item disabled={filter === ''} onClick={() => void save()}>
          {words.save}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
