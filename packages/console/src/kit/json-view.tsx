import { useState } from 'react'
import { common } from '../i18n/common.ts'
import { useWords } from '../i18n/language.tsx'
import { Copy } from './copy.tsx'
import styles from './json-view.module.css'

const OPEN_DEPTH = 2
const MANY = 100

/** A value as a tree that folds; long lists show their first hundred. */
export function JsonView({ value, label }: { readonly value: unknown; readonly label: string }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <div className={styles.json} tabIndex={0} role="region" aria-label={label}>
      <div className={styles.copy}>
        <Copy text={JSON.stringify(value, null, 2) ?? 'null'} />
      </div>
      <div translate="no">
        <Node value={value} depth={0} />
      </div>
    </div>
  )
}

function Node({ name, value, depth }: { readonly name?: string; readonly value: unknown; readonly depth: number }) {
  const words = useWords(common)
  const [open, setOpen] = useState(depth < OPEN_DEPTH)
  const [all, setAll] = useState(false)
  const key = name === undefined ? null : <span className={styles.key}>{name}: </span>
  if (typeof value !== 'object' || value === null)
    return (
      <div className={styles.leaf}>
        {key}
        <span data-kind={value === null ? 'null' : typeof value}>{JSON.stringify(value) ?? 'undefined'}</span>
      </div>
    )
  const entries = Object.entries(value)
  const [start, end] = Array.isArray(value) ? ['[', ']'] : ['{', '}']
  if (entries.length === 0)
    return (
      <div className={styles.leaf}>
        {key}
        {start}
        {end}
      </div>
    )
  return (
    <div>
      <button type="button" className={styles.fold} aria-expanded={open} onClick={() => setOpen(!open)}>
        {key}
        {start}
        {!open && (
          <span className={styles.size}>
            {' '}
            {words.items(entries.length)} {end}
          </span>
        )}
      </button>
      {open && (
        <>
          <div className={styles.inner}>
            {entries.slice(0, all ? undefined : MANY).map(([field, each]) => (
              <Node key={field} {...(!Array.isArray(value) && { name: field })} value={each} depth={depth + 1} />
            ))}
            {!all && entries.length > MANY && (
              <button type="button" className={styles.fold} onClick={() => setAll(true)}>
                … {words.items(entries.length - MANY)}
              </button>
            )}
          </div>
          {end}
        </>
      )}
    </div>
  )
}
