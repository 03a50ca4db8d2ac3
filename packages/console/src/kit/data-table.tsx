import { ActionIcon, Button, Checkbox, Menu, Tooltip } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { useVirtualizer } from '@tanstack/react-virtual'
import { type KeyboardEvent, type PointerEvent, type ReactNode, useEffect, useRef, useState } from 'react'
import { common } from '../i18n/common.ts'
import { useFigures, useWords } from '../i18n/language.tsx'
import { usePreference } from '../shell/preferences.ts'
import styles from './data-table.module.css'
import { useHiddenColumns } from './hidden-columns.ts'
import { Icon } from './icon.tsx'
import { SortHead, type Sorting, sortOf } from './sort-head.tsx'
import { useAnchor } from './use-anchor.ts'

/** One column: what it is called and what stands in it. */
export interface Column<Row> {
  readonly id: string
  readonly title: string
  /** Stands in the head instead of the title, which it has to say too. */
  readonly head?: ReactNode
  readonly cell: (row: Row) => ReactNode
  /** In pixels. The column named by `grow` takes what is left. */
  readonly width: number
  /** Takes what is left of the width. */
  readonly grow?: boolean
  /** Shown on a phone too. Default false. */
  readonly phone?: boolean
  /** Numbers stand at the end. */
  readonly end?: boolean
  /** The list can be ordered by it. */
  readonly sorting?: Sorting
  /** Hidden until a person chooses it. Default false. */
  readonly extra?: boolean
}

/** Rows that are chosen, by key. */
export interface Selection<Row> {
  readonly keys: ReadonlySet<string>
  readonly onChange: (keys: ReadonlySet<string>) => void
  /** Which may be chosen. Default: all. */
  readonly may?: (row: Row) => boolean
  /** What a row is called, for screen readers. Default: its key. */
  readonly name?: (row: Row) => string
}

/** What a table is made of. */
export interface DataTableProps<Row> {
  /** Under which its columns are remembered. */
  readonly id: string
  /** For screen readers. */
  readonly label: string
  readonly rows: readonly Row[]
  readonly rowKey: (row: Row) => string
  readonly columns: readonly Column<Row>[]
  /** What tells a row apart from others: behind what stands in its first cell, on a phone below it. Data, not translated. */
  readonly line?: ((row: Row, isNarrow: boolean) => ReactNode) | undefined
  readonly selection?: Selection<Row>
  /** Rows have two lines of text on a desk too. Default false. */
  readonly tall?: boolean
  /** There are further pages. */
  readonly more?: { readonly has: boolean; readonly loading: boolean; readonly load: () => void } | undefined
  /** Left of the column chooser; default: how many rows there are. */
  readonly tools?: ReactNode
  /** A row that is kept in view, by its place, until the person scrolls. */
  readonly follow?: { readonly index: number; readonly onLeave: () => void } | undefined
}

// Two lines of text.
const TALL_PX = 58
// What one column may take of a phone.
const MOST_NARROW_PX = 144
const OVERSCAN = 12
const LOAD_AHEAD = 10

/**
 * A table of any length: only rows in sight exist. Up and Down move between the rows' links, Home and End to the ends,
 * and further pages are fetched as they come near.
 */
export function DataTable<Row>(props: DataTableProps<Row>) {
  const { id, label, rows, rowKey, selection, more, tools, follow, line, tall = false } = props
  const words = useWords(common)
  const figures = useFigures()
  const place = useRef<HTMLDivElement>(null)
  const narrow = useMediaQuery('(max-width: 640px)') ?? false
  const [density] = usePreference('density')
  const rowPx = tall || (narrow && line !== undefined) ? TALL_PX : density === 'dense' ? 32 : 42
  const { columns, chooser } = useColumns(props)
  const shown = narrow ? columns.filter(({ phone }) => phone === true) : columns
  const growing = shown.find(({ grow }) => grow === true) ?? (narrow ? shown[0] : undefined)
  const hasMore = more?.has === true
  const loaded = useLoaded(rows.length, more?.loading === true)
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => place.current,
    estimateSize: () => rowPx,
    overscan: OVERSCAN,
  })
  const onScroll = useAnchor(place, rows, rowKey, rowPx)
  const items = virtual.getVirtualItems()
  const first = items[0]
  const last = items.at(-1)
  const isNearEnd = last !== undefined && last.index >= rows.length - LOAD_AHEAD
  useEffect(() => {
    if (isNearEnd && more?.has === true && !more.loading) more.load()
  }, [isNearEnd, more])
  // biome-ignore lint/correctness/useExhaustiveDependencies: rows are measured anew when their height changes
  useEffect(() => virtual.measure(), [rowPx])
  const followed = follow?.index
  // biome-ignore lint/correctness/useExhaustiveDependencies: it scrolls when the row is another one, not with each render
  useEffect(() => {
    if (followed !== undefined && followed >= 0) virtual.scrollToIndex(followed, { align: 'auto' })
  }, [followed])
  const width = shown.reduce((sum, column) => sum + column.width, selection === undefined ? 0 : 36)
  return (
    <div className={styles.frame}>
      {(tools !== undefined || !narrow) && (
        <div className={styles.tools}>
          <div className={styles.left}>
            {tools ?? <span className="soft">{words.rows(`${figures.count(rows.length)}${hasMore ? '+' : ''}`)}</span>}
          </div>
          {chooser}
        </div>
      )}
      <div
        ref={place}
        className={styles.scroll}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
        role="group"
        aria-label={label}
        onScroll={onScroll}
        {...leaving(follow?.onLeave)}
      >
        <table
          className={styles.table}
          style={narrow ? undefined : { minWidth: width }}
          aria-label={label}
          aria-rowcount={hasMore ? -1 : rows.length + 1}
          onKeyDown={(event) => moveByKey(event, rows.length, (index) => virtual.scrollToIndex(index), place)}
        >
          <colgroup>
            {selection !== undefined && <col style={{ width: 36 }} />}
            {shown.map((column) => (
              <col
                key={column.id}
                style={
                  column === growing
                    ? { minWidth: narrow ? 0 : column.width }
                    : { width: narrow ? Math.min(column.width, MOST_NARROW_PX) : column.width }
                }
              />
            ))}
          </colgroup>
          <thead>
            <tr aria-rowindex={1}>
              {selection !== undefined && (
                <th scope="col" className={styles.check}>
                  <SelectAll rows={rows} rowKey={rowKey} selection={selection} label={words.selectAll} />
                </th>
              )}
              {shown.map((column) => (
                <th
                  key={column.id}
                  scope="col"
                  className={column.end === true ? 'end' : undefined}
                  aria-sort={sortOf(column.sorting)}
                >
                  {column.sorting === undefined ? (
                    (column.head ?? column.title)
                  ) : (
                    <SortHead title={column.title} sorting={column.sorting} />
                  )}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            <Gap px={first?.start ?? 0} />
            {items.map(({ index }) => {
              const row = rows[index]
              if (row === undefined) return null
              const key = rowKey(row)
              const isChosen = selection?.keys.has(key) === true
              return (
                <tr
                  key={key}
                  data-index={index}
                  aria-rowindex={index + 2}
                  data-chosen={isChosen || undefined}
                  style={{ height: rowPx }}
                >
                  {selection !== undefined && (
                    // What a row is called is data.
                    <td className={styles.check} translate={selection.name === undefined ? undefined : 'no'}>
                      {selection.may?.(row) !== false && (
                        <Checkbox
                          aria-label={`${words.select} ${selection.name?.(row) ?? key}`}
                          checked={isChosen}
                          onChange={() => selection.onChange(toggled(selection.keys, key))}
                        />
                      )}
                    </td>
                  )}
                  {shown.map((column) => (
                    <td key={column.id} className={column.end === true ? 'end' : undefined}>
                      {column.cell(row)}
                      {column === shown[0] && <Line>{line?.(row, narrow)}</Line>}
                    </td>
                  ))}
                </tr>
              )
            })}
            <Gap px={last === undefined ? 0 : virtual.getTotalSize() - last.end} />
          </tbody>
        </table>
      </div>
      {more !== undefined && (hasMore || (narrow && tools === undefined)) && (
        <div className={styles.foot} key={id}>
          <span>{hasMore ? words.someLoaded(figures.count(rows.length)) : words.rows(figures.count(rows.length))}</span>
          {hasMore && (
            <Button variant="default" size="compact-xs" loading={more.loading} onClick={more.load}>
              {words.more}
            </Button>
          )}
        </div>
      )}
      <span className="unseen" role="status">
        {loaded === undefined ? '' : words.rows(figures.count(loaded))}
      </span>
    </div>
  )
}

/** An empty one would only make the cell overflow. */
function Line({ children }: { readonly children: ReactNode }) {
  return children !== undefined && children !== false && <span className={styles.line}>{children}</span>
}

const SCROLL_KEYS = new Set(['ArrowUp', 'ArrowDown', 'PageUp', 'PageDown', 'Home', 'End', ' '])

/** Every way in which a person, and not the page, scrolls. */
function leaving(onLeave: (() => void) | undefined) {
  if (onLeave === undefined) return {}
  return {
    onWheel: onLeave,
    onTouchMove: onLeave,
    onKeyDown: ({ key }: KeyboardEvent) => SCROLL_KEYS.has(key) && onLeave(),
    // On the scroll bar itself, and not on a row.
    onPointerDown: ({ target, currentTarget }: PointerEvent) => target === currentTarget && onLeave(),
  }
}

function useColumns<Row>({ id, columns }: Pick<DataTableProps<Row>, 'id' | 'columns'>) {
  const words = useWords(common)
  const usual = columns.filter(({ extra }) => extra === true).map((column) => column.id)
  const [hidden, hide] = useHiddenColumns(id, usual)
  const toggle = (name: string): void =>
    hide(hidden.includes(name) ? hidden.filter((each) => each !== name) : [...hidden, name])
  const chooser = (
    <Menu>
      <Menu.Target>
        <Tooltip label={words.columns}>
          <ActionIcon aria-label={words.columns}>
            <Icon name="columns" />
          </ActionIcon>
        </Tooltip>
      </Menu.Target>
      <Menu.Dropdown>
        {columns.slice(1).map((column) => (
          <Menu.CheckboxItem
            key={column.id}
            checked={!hidden.includes(column.id)}
            checkIcon={<Icon name="check" size={14} />}
            onChange={() => toggle(column.id)}
          >
            {column.title}
          </Menu.CheckboxItem>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
  return { columns: columns.filter((column, index) => index === 0 || !hidden.includes(column.id)), chooser }
}

function SelectAll<Row>({
  rows,
  rowKey,
  selection,
  label,
}: Pick<DataTableProps<Row>, 'rows' | 'rowKey' | 'label'> & { readonly selection: Selection<Row> }) {
  const able = rows.filter((row) => selection.may?.(row) !== false)
  const chosen = able.filter((row) => selection.keys.has(rowKey(row))).length
  const all = able.length > 0 && chosen === able.length
  return (
    <Checkbox
      aria-label={label}
      checked={all}
      indeterminate={chosen > 0 && !all}
      disabled={able.length === 0}
      onChange={() => selection.onChange(all ? new Set() : new Set(able.map(rowKey)))}
    />
  )
}

/** How many rows there were when a further page had come: that is said aloud, and not what lives and changes by itself. */
function useLoaded(count: number, loading: boolean): number | undefined {
  const [loaded, setLoaded] = useState<number>()
  const was = useRef(loading)
  useEffect(() => {
    if (was.current && !loading) setLoaded(count)
    was.current = loading
  }, [count, loading])
  return loaded
}

/** Stands for the rows out of sight. */
function Gap({ px }: { readonly px: number }) {
  if (px <= 0) return null
  return (
    // biome-ignore lint/a11y/noAriaHiddenOnFocusable: a row without anything in it takes no focus
    <tr aria-hidden="true">
      <td className={styles.gap} style={{ height: px }} />
    </tr>
  )
}

function toggled(keys: ReadonlySet<string>, key: string): ReadonlySet<string> {
  return keys.has(key) ? new Set([...keys].filter((each) => each !== key)) : new Set([...keys, key])
}

function moveByKey(
  event: KeyboardEvent<HTMLTableElement>,
  count: number,
  scrollTo: (index: number) => void,
  place: { readonly current: HTMLDivElement | null },
): void {
  const from = (event.target as HTMLElement).closest<HTMLElement>('tr[data-index]')
  const current = from === null ? -1 : Number(from.dataset.index)
  const wanted = { ArrowDown: current + 1, ArrowUp: current - 1, Home: 0, End: count - 1 }[event.key]
  if (wanted === undefined || wanted < 0 || wanted >= count) return
  event.preventDefault()
  scrollTo(wanted)
  requestAnimationFrame(() => {
    const row = place.current?.querySelector<HTMLElement>(`tr[data-index="${wanted}"]`)
    row?.querySelector<HTMLElement>('a, button, input')?.focus()
  })
}
