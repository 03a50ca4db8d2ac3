import styles from './code.module.css'
import { Copy } from './copy.tsx'
import { diffLines } from './diff-lines.ts'

/** Text as it is: a stack, a log, a source. */
export function Code({ text, label }: { readonly text: string; readonly label: string }) {
  return (
    <div className={styles.frame}>
      <div className={styles.copy}>
        <Copy text={text} />
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <pre className={styles.code} tabIndex={0} role="region" aria-label={label} translate="no">
        {text}
      </pre>
    </div>
  )
}

/** Two texts, line by line: what went, what came. */
export function Diff({
  before,
  after,
  label,
}: {
  readonly before: string
  readonly after: string
  readonly label: string
}) {
  return (
    <div className={styles.frame}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <pre className={styles.code} tabIndex={0} role="region" aria-label={label} translate="no">
        {diffLines(before, after).map(({ sign, text }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: lines have no other identity
          <span key={index} className={styles.line} data-sign={sign}>
            {sign} {text}
            {'\n'}
          </span>
        ))}
      </pre>
    </div>
  )
}
