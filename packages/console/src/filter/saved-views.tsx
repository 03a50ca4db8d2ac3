import { Button, Menu, VisuallyHidden } from '@mantine/core'
import { useState } from 'react'
import type { View } from '../api.gen.ts'
import { useWords } from '../i18n/language.tsx'
import { bringColumns } from '../kit/hidden-columns.ts'
import { Icon } from '../kit/icon.tsx'
import styles from './filter-bar.module.css'
import { ManageViews } from './manage-views.tsx'
import { SaveView } from './save-view.tsx'
import { useDefaultView, useViews, type ViewList } from './view-model.ts'
import { filterWords } from './words.ts'

/** Filters under names: one's own, and those the organisation shares. */
export function SavedViews({
  list,
  table = list,
  filter,
  onChoose,
}: {
  /** As the API names it, such as `runs`. */
  readonly list: ViewList
  /** The table whose columns a view keeps. Default: it is named as the list. */
  readonly table?: string
  readonly filter: string
  readonly onChoose: (filter: string) => void
}) {
  const words = useWords(filterWords)
  const { data } = useViews(list)
  const [dialog, setDialog] = useState<'save' | 'manage'>()
  const choose = (view: View): void => {
    bringColumns(table, view.hiddenColumns)
    onChoose(view.filter)
  }
  useDefaultView(data?.items, filter, choose)
  const views = data?.items ?? []
  const current = views.find((view) => view.filter === filter && filter !== '')
  const group = (title: string, shown: readonly View[]) =>
    shown.length > 0 && (
      <>
        <Menu.Label>{title}</Menu.Label>
        {shown.map((view) => (
          <Menu.Item
            key={view.id}
            onClick={() => choose(view)}
            rightSection={view.isDefault ? <Icon name="star" size={12} /> : undefined}
            {...(view === current && { 'aria-current': true })}
          >
            <span translate="no">{view.name}</span>
            {view.isDefault && <VisuallyHidden>{words.isDefault}</VisuallyHidden>}
          </Menu.Item>
        ))}
      </>
    )
  return (
    <>
      <Menu width={300}>
        <Menu.Target>
          <Button variant="default" leftSection={<Icon name="star" size={14} />}>
            {current === undefined ? (
              words.saved
            ) : (
              <span className={styles.current} translate="no">
                {current.name}
              </span>
            )}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {views.length === 0 && <Menu.Label>{words.noViews}</Menu.Label>}
          {group(
            words.ownViews,
            views.filter(({ shared }) => !shared),
          )}
          {group(
            words.sharedViews,
            views.filter(({ shared }) => shared),
          )}
          <Menu.Divider />
          <Menu.Item disabled={filter === ''} onClick={() => setDialog('save')}>
            {words.save}
          </Menu.Item>
          <Menu.Item disabled={views.length === 0} onClick={() => setDialog('manage')}>
            {words.manage}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {dialog === 'save' && <SaveView list={list} table={table} filter={filter} onClose={() => setDialog(undefined)} />}
      {dialog === 'manage' && <ManageViews views={views} onClose={() => setDialog(undefined)} />}
    </>
  )
}
