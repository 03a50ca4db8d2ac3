import { getAlerts } from '../api.gen.ts'
import { useWords } from '../i18n/language.tsx'
import { usePathText } from '../kit/address.ts'
import { Moment } from '../kit/moment.tsx'
import { Page as Frame, Section } from '../kit/page.tsx'
import { Missing } from '../shell/missing.tsx'
import { useApi } from '../use-api.ts'
import styles from './alerts.module.css'
import { type AlertKind, isAlertKind, kindWords } from './kind-words.ts'
import { Ways, What } from './what.tsx'
import { alertWords } from './words.ts'

/** The runbook of one kind of alert, with those that are open. */
export function Page() {
  const code = usePathText('code')
  return isAlertKind(code) ? <Runbook code={code} /> : <Missing />
}

function Runbook({ code }: { readonly code: AlertKind }) {
  const words = useWords(alertWords)
  const { kind, means, steps } = useWords(kindWords)[code]
  const query = useApi(getAlerts, { open: true, limit: 200 }, { live: 'alerts' })
  const open = query.data?.items.filter((alert) => alert.code === code) ?? []
  return (
    <Frame title={kind} up={{ to: '/alerts', title: words.title }} about={means}>
      <Section title={words.help}>
        <ol className={styles.steps}>
          {Object.values(steps).map((step) => (
            <li key={step}>{step}</li>
          ))}
        </ol>
      </Section>
      <Section title={words.openOfKind} flush>
        {open.length === 0 && <p className={styles.none}>{words.noneOfKind}</p>}
        <ul className={styles.alerts}>
          {open.map((alert) => (
            <li key={alert.id} className={styles.one}>
              <What alert={alert} />
              <p className={styles.when}>
                {words.last} <Moment at={alert.lastAt} />
              </p>
              <Ways alert={alert} isHelp />
            </li>
          ))}
        </ul>
      </Section>
    </Frame>
  )
}
