import { Button, SegmentedControl } from '@mantine/core'
import { type Alert, getAlerts, postAlertResolve } from '../api.gen.ts'
import { api } from '../api.ts'
import { SavedViews } from '../filter/saved-views.tsx'
import { common } from '../i18n/common.ts'
import { useWords } from '../i18n/language.tsx'
import { Act } from '../kit/act.tsx'
import { Count, Moment } from '../kit/moment.tsx'
import { Page as Frame, Section } from '../kit/page.tsx'
import { Failed, Loading, Stale, State } from '../kit/states.tsx'
import { Status } from '../kit/status.tsx'
import { told } from '../kit/told.ts'
import { useSearchText, useSearchView } from '../kit/use-search.ts'
import { useApiPages, useChange } from '../use-api.ts'
import styles from './alerts.module.css'
import { SilenceAct, Silences } from './silences.tsx'
import { Ways, What } from './what.tsx'
import { alertWords } from './words.ts'

const SIGNS = { info: ['calm', 'info'], warning: ['warn', 'error'], critical: ['bad', 'error'] } as const

/** What somebody should look at. */
export function Page() {
  const words = { ...useWords(common), ...useWords(alertWords) }
  const [show, setShow] = useSearchText('show')
  const [view, setView] = useSearchView(['show'])
  const all = show === 'all'
  const query = useApiPages(getAlerts, all ? {} : { open: true }, { live: 'alerts' })
  const alerts = query.data?.pages.flatMap((page) => page.items)
  return (
    <Frame
      title={words.title}
      about={words.about}
      actions={
        <>
          <SavedViews list="alerts" filter={view} onChoose={setView} />
          <SilenceAct />
          <SegmentedControl
            aria-label={words.state}
            value={all ? 'all' : 'open'}
            onChange={(next) => setShow(next === 'all' ? 'all' : '')}
            data={[
              { value: 'open', label: words.open },
              { value: 'all', label: words.all },
            ]}
          />
        </>
      }
    >
      {query.error !== null && alerts !== undefined && <Stale since={query.dataUpdatedAt} error={query.error} />}
      <Section flush>
        {alerts === undefined && query.error === null && <Loading />}
        {alerts === undefined && query.error !== null && (
          <Failed error={query.error} onRetry={() => void query.refetch()} />
        )}
        {alerts?.length === 0 &&
          (all ? (
            <State icon="alert" title={words.neverTitle}>
              {words.neverNext}
            </State>
          ) : (
            <State
              icon="check"
              title={words.emptyTitle}
              action={
                <Button variant="default" onClick={() => setShow('all')}>
                  {words.showAll}
                </Button>
              }
            >
              {words.emptyNext}
            </State>
          ))}
        {alerts !== undefined && alerts.length > 0 && (
          <ul className={styles.alerts}>
            {alerts.map((alert) => (
              <One key={alert.id} alert={alert} />
            ))}
          </ul>
        )}
        {query.hasNextPage && (
          <p className={styles.more}>
            <Button variant="default" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
              {words.more}
            </Button>
          </p>
        )}
      </Section>
      <Silences all={all} />
    </Frame>
  )
}

function One({ alert }: { readonly alert: Alert }) {
  const words = useWords(alertWords)
  const [tone, icon] = SIGNS[alert.severity]
  const resolve = useChange(() => postAlertResolve(api, { id: alert.id }))
  return (
    <li className={styles.alert} data-tone={alert.resolvedAt === undefined ? tone : undefined}>
      <div className={styles.status}>
        {alert.resolvedAt === undefined ? (
          <Status tone={tone} icon={icon}>
            {words.severities[alert.severity]}
          </Status>
        ) : (
          <Status tone="good" icon="check">
            {words.resolved}
          </Status>
        )}
      </div>
      <div className={styles.text}>
        <What alert={alert} />
        <p className={styles.when}>
          {words.last} <Moment at={alert.lastAt} /> · {words.first} <Moment at={alert.firstAt} /> · {words.count}{' '}
          <Count value={alert.count} />
        </p>
        <Ways alert={alert} />
      </div>
      {alert.resolvedAt === undefined && (
        <div className={styles.acts}>
          <SilenceAct alert={alert.key} />
          <Act
            icon="check"
            label={words.resolve}
            permission="alerts.manage"
            busy={resolve.isPending}
            onAct={() => resolve.mutate(undefined, told(words.resolvedDone))}
          />
        </div>
      )}
    </li>
  )
}
