import { Modal } from '@mantine/core'
import { type KeyboardEvent, useEffect, useRef, useState } from 'react'
import { useFigures, useWords } from '../i18n/language.tsx'
import { Icon } from '../kit/icon.tsx'
import { useInFront } from '../theme/in-front.ts'
import type { ShownApp } from './console-app.ts'
import styles from './palette.module.css'
import { type Hit, useHits } from './palette-hits.ts'
import { shell } from './words.ts'

const PAGE = 8

/** Goes to anything by a few letters of its name, and does what the open page offers. */
export function Palette({
  apps,
  opened,
  onClose,
  onShortcuts,
}: {
  readonly apps: readonly ShownApp[]
  readonly opened: boolean
  readonly onClose: () => void
  readonly onShortcuts: () => void
}) {
  const words = useWords(shell)
  return (
    <Modal.Root
      {...useInFront(opened)}
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
        <Search apps={apps} onClose={onClose} onShortcuts={onShortcuts} />
      </Modal.Content>
    </Modal.Root>
  )
}

function Search({
  apps,
  onClose,
  onShortcuts,
}: {
  readonly apps: readonly ShownApp[]
  readonly onClose: () => void
  readonly onShortcuts: () => void
}) {
  const words = useWords(shell)
  const { count } = useFigures()
  const list = useRef<HTMLDivElement>(null)
  const [typed, setTyped] = useState('')
  const [chosen, setChosen] = useState(0)
  const { parts, isSearching, failed } = useHits(apps, typed, onShortcuts)
  const hits = parts.flatMap((part) => part.hits)
  const current = hits[chosen]
  useEffect(() => {
    list.current?.querySelector(`#palette-${chosen}`)?.scrollIntoView({ block: 'nearest' })
  }, [chosen])
  const choose = (hit: Hit | undefined): void => {
    if (hit === undefined || hit.reason !== undefined) return
    onClose()
    // What it opens takes the focus only once this has given it back.
    setTimeout(hit.run)
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    const last = Math.max(0, hits.length - 1)
    const wanted = {
      ArrowDown: chosen >= last ? 0 : chosen + 1,
      ArrowUp: chosen === 0 ? last : chosen - 1,
      PageDown: Math.min(last, chosen + PAGE),
      PageUp: Math.max(0, chosen - PAGE),
    }[event.key]
    if (wanted === undefined && event.key !== 'Enter') return
    event.preventDefault()
    if (wanted === undefined) choose(current)
    else setChosen(wanted)
  }
  const said = isSearching
    ? words.searching
    : hits.length === 0
      ? words.nothingFound
      : words.results(count(hits.length), hits.length)
  return (
    <div className={styles.palette}>
      <div className={styles.field}>
        <Icon name={isSearching ? 'busy' : 'search'} spin={isSearching} />
        <input
          value={typed}
          placeholder={words.search}
          aria-label={words.searchLabel}
          role="combobox"
          aria-expanded="true"
          aria-controls="palette-hits"
          aria-activedescendant={current === undefined ? undefined : `palette-${chosen}`}
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
      <div ref={list} id="palette-hits" role="listbox" aria-label={words.searchLabel} className={styles.hits}>
        {parts.map(({ title, hits: shown }) => (
          <div key={title ?? ''} role="group" aria-label={title ?? words.searchLabel}>
            {title !== undefined && (
              <div className={styles.part} aria-hidden="true">
                {title}
              </div>
            )}
            {shown.map((hit) => (
              <Line
                key={hit.key}
                hit={hit}
                isTitled={hit.kind === title}
                at={hits.indexOf(hit)}
                chosen={chosen}
                onPoint={setChosen}
                onChoose={choose}
              />
            ))}
          </div>
        ))}
      </div>
      {hits.length === 0 && !isSearching && <p className={styles.none}>{words.nothingFound}</p>}
      {failed.length > 0 && <p className={styles.failed}>{words.notSearched(failed.join(', '))}</p>}
      <span className="unseen" role="status">
        {typed.trim() === '' ? '' : said}
      </span>
    </div>
  )
}

function Line({
  hit,
  isTitled,
  at,
  chosen,
  onPoint,
  onChoose,
}: {
  readonly hit: Hit
  /** What it is stands above it. */
  readonly isTitled: boolean
  readonly at: number
  readonly chosen: number
  readonly onPoint: (at: number) => void
  readonly onChoose: (hit: Hit) => void
}) {
  const { icon, label, data, detail, kind, isKindData = false, reason } = hit
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Enter in the field opens the chosen one
    // biome-ignore lint/a11y/useFocusableInteractive: the field keeps the focus, as a combobox does
    <div
      id={`palette-${at}`}
      role="option"
      aria-selected={at === chosen}
      aria-disabled={reason !== undefined || undefined}
      className={styles.hit}
      onMouseMove={() => onPoint(at)}
      onClick={() => onChoose(hit)}
    >
      <Icon name={icon} />
      <span>
        {label}
        {label !== undefined && data !== undefined && ' · '}
        {data !== undefined && <span translate="no">{data}</span>}
        {detail !== undefined && (
          <small translate="no" className={styles.detail}>
            {' '}
            {detail}
          </small>
        )}
        {reason !== undefined && <small className={styles.reason}> {reason}</small>}
      </span>
      {kind !== undefined && !isTitled && <small translate={isKindData ? 'no' : undefined}>{kind}</small>}
    </div>
  )
}
