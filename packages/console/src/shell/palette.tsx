import { Modal } from '@mantine/core'
import { useRouter } from '@tanstack/react-router'
import { type KeyboardEvent, useState } from 'react'
import { useLanguage, useWords } from '../i18n/language.tsx'
import { Icon, type IconName } from '../kit/icon.tsx'
import { useMe } from '../session/me.ts'
import type { ConsoleApp } from './console-app.ts'
import { operations } from './operations.ts'
import styles from './palette.module.css'
import { shell } from './words.ts'

interface Hit {
  readonly key: string
  readonly icon: IconName
  readonly text: string
  readonly group?: string
  readonly to: string
  readonly search?: Readonly<Record<string, string>>
}

const MOST = 12

/** Jumps to a page, a job or a run by a few letters of its name. */
export function Palette({
  apps,
  opened,
  onClose,
}: {
  readonly apps: readonly ConsoleApp[]
  readonly opened: boolean
  readonly onClose: () => void
}) {
  const words = useWords(shell)
  return (
    <Modal.Root
      opened={opened}
      onClose={onClose}
      padding={0}
      size={560}
      yOffset="12vh"
      centered={false}
      transitionProps={{ duration: 0 }}
    >
      <Modal.Overlay />
      <Modal.Content aria-label={words.searchLabel}>
        <Search apps={apps} onClose={onClose} />
      </Modal.Content>
    </Modal.Root>
  )
}

function Search({ apps, onClose }: { readonly apps: readonly ConsoleApp[]; readonly onClose: () => void }) {
  const words = useWords(shell)
  const router = useRouter()
  const [typed, setTyped] = useState('')
  const [chosen, setChosen] = useState(0)
  const hits = useHits(apps, typed)
  const open = (hit: Hit | undefined): void => {
    if (hit === undefined) return
    onClose()
    void router.navigate({ to: hit.to, search: hit.search ?? {} })
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step !== undefined) {
      event.preventDefault()
      setChosen((chosen + step + hits.length) % Math.max(1, hits.length))
    }
    if (event.key === 'Enter') {
      event.preventDefault()
      open(hits[chosen])
    }
  }
  return (
    <div className={styles.palette}>
      <div className={styles.field}>
        <Icon name="search" />
        <input
          value={typed}
          placeholder={words.search}
          aria-label={words.searchLabel}
          role="combobox"
          aria-expanded="true"
          aria-controls="palette-hits"
          aria-activedescendant={hits[chosen] === undefined ? undefined : `palette-${chosen}`}
          autoComplete="off"
          spellCheck={false}
          data-autofocus
          onChange={(event) => {
            setTyped(event.currentTarget.value)
            setChosen(0)
          }}
          onKeyDown={onKeyDown}
        />
      </div>
      <div id="palette-hits" role="listbox" aria-label={words.searchLabel} className={styles.hits}>
        {hits.map((hit, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: Enter in the field opens the chosen one
          // biome-ignore lint/a11y/useFocusableInteractive: the field keeps the focus, as a combobox does
          <div
            key={hit.key}
            id={`palette-${index}`}
            role="option"
            aria-selected={index === chosen}
            className={styles.hit}
            onMouseMove={() => setChosen(index)}
            onClick={() => open(hit)}
          >
            <Icon name={hit.icon} />
            <span translate={hit.group === undefined ? undefined : 'no'}>{hit.text}</span>
            {hit.group !== undefined && <small translate="no">{hit.group}</small>}
          </div>
        ))}
      </div>
      {hits.length === 0 && <p className={styles.none}>{words.nothingFound}</p>}
    </div>
  )
}

function useHits(apps: readonly ConsoleApp[], typed: string): readonly Hit[] {
  const words = useWords(shell)
  const language = useLanguage()
  const { permissions, apps: known, jobs } = useMe()
  const may = ({ permission }: { readonly permission?: string }) =>
    permission === undefined || permissions.includes(permission)
  const pages: readonly Hit[] = [
    ...operations
      .filter((page) => page.menu !== undefined && may(page))
      .map((page) => ({
        key: page.path,
        icon: page.menu?.icon ?? 'document',
        text: page.title[language],
        to: page.path,
      })),
    ...apps.flatMap((app) =>
      app.pages
        .filter((page) => page.menu !== undefined && may(page))
        .map((page) => ({
          key: page.path,
          icon: page.menu?.icon ?? 'document',
          text: page.title[language],
          group: known.find(({ id }) => id === app.id)?.title ?? app.id,
          to: page.path,
        })),
    ),
  ]
  const text = fold(typed.trim())
  const run = /^#?(\d{1,16})$/.exec(text)?.[1]
  const runs: readonly Hit[] =
    run === undefined ? [] : [{ key: 'run', icon: 'runs', text: words.openRun(run), to: `/runs/${run}` }]
  const found = jobs
    .filter(({ name }) => text !== '' && fold(name).includes(text))
    .map(
      ({ name }): Hit => ({
        key: `job ${name}`,
        icon: 'runs',
        text: name,
        group: 'job',
        to: '/runs',
        search: { q: `job:${name}` },
      }),
    )
  const named = pages.filter((page) => fold(page.text).includes(text) || fold(page.group ?? '').includes(text))
  return [...runs, ...named, ...found].slice(0, MOST)
}

/** Without accents and capitals. */
function fold(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()
}
