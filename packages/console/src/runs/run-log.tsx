import { useEffect, useMemo } from 'react'
import { useFigures, useWords } from '../i18n/language.tsx'
import { Go } from '../kit/go.tsx'
import { Section } from '../kit/page.tsx'
import { matching } from '../logs/line.ts'
import { followLog, useTail } from '../logs/tail.ts'
import { useMay } from '../session/me.ts'
import styles from './run.module.css'
import { runWords } from './words.ts'

const MOST = 200

/** What a run has written into the log, as far as this console has heard it; for whoever may read the log. */
export function RunLog({ id }: { readonly id: number }) {
  const may = useMay('logs.read')
  return may ? <Heard id={id} /> : null
}

function Heard({ id }: { readonly id: number }) {
  const words = useWords(runWords)
  useEffect(() => followLog('debug'), [])
  const { short } = useFigures()
  const { lines } = useTail()
  const own = useMemo(() => matching(lines, 'debug', `run:${id}`).slice(-MOST), [lines, id])
  return (
    <Section
      title={words.log}
      aside={
        <Go to="/logs" search={{ q: `run:${id}`, level: 'debug' }}>
          {words.openLog}
        </Go>
      }
    >
      {own.length === 0 ? (
        <p className="soft">{words.noLog}</p>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        <div className={styles.log} tabIndex={0} role="region" aria-label={words.logLines} translate="no">
          {own.map(({ seq, at, level, text }) => (
            <p key={seq} data-level={level}>
              <time dateTime={new Date(at).toISOString()}>{short(at, at)}</time> {level} {text}
            </p>
          ))}
        </div>
      )}
    </Section>
  )
}
