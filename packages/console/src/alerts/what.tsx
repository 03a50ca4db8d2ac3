import type { Alert } from '../api.gen.ts'
import { common } from '../i18n/common.ts'
import { useWords } from '../i18n/language.tsx'
import { Go } from '../kit/go.tsx'
import styles from './alerts.module.css'
import { isAlertKind, kindWords } from './kind-words.ts'
import { alertWords } from './words.ts'

/** What happened and what to do, in the language that is spoken; alerts of apps as they were raised. */
export function What({ alert }: { readonly alert: Alert }) {
  const kinds = useWords(kindWords)
  const { code, about = {} } = alert
  if (!isAlertKind(code))
    return (
      <>
        <h2 translate="no">{alert.title}</h2>
        <p className={styles.detail} translate="no">
          {alert.detail}
        </p>
      </>
    )
  const { title, next } = kinds[code]
  const known = about.error ?? about.ids
  return (
    <>
      <h2>{typeof title === 'string' ? title : title(about)}</h2>
      <p>{next}</p>
      {known !== undefined && <Quoted text={String(known)} />}
    </>
  )
}

/** An error: its first line, and the rest for whoever opens it. */
function Quoted({ text }: { readonly text: string }) {
  const words = useWords(common)
  const end = text.indexOf('\n')
  return (
    <>
      <p className={styles.detail} translate="no">
        {end < 0 ? text : text.slice(0, end)}
      </p>
      {end >= 0 && (
        <details>
          <summary>{words.details}</summary>
          <pre className={styles.detail} translate="no">
            {text.slice(end + 1)}
          </pre>
        </details>
      )}
    </>
  )
}

/** Where one acts, and what to do, unless that is the page itself. */
export function Ways({ alert, isHelp = false }: { readonly alert: Alert; readonly isHelp?: boolean }) {
  const { code, link, key } = alert
  const words = useWords(alertWords)
  const kinds = useWords(kindWords)
  const job = /^job:(.+)$/.exec(key)?.[1]
  return (
    <p className={styles.ways}>
      {link !== undefined && <Go to={link}>{isAlertKind(code) ? kinds[code].open : words.openIt}</Go>}
      {job !== undefined && (
        <Go to="/runs" search={{ q: `job:${job} state:failed` }}>
          {words.toJob}
        </Go>
      )}
      {!isHelp && isAlertKind(code) && <Go to={`/alerts/help/${code}`}>{words.help}</Go>}
    </p>
  )
}
