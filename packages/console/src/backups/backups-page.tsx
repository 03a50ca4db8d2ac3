import { type Backup, getBackups, postBackups, postBackupsVerify } from '../api.gen.ts'
import { api } from '../api.ts'
import { useFigures, useWords } from '../i18n/language.tsx'
import { Act } from '../kit/act.tsx'
import { Go } from '../kit/go.tsx'
import { Count, Duration, Moment } from '../kit/moment.tsx'
import { Fact, Facts, Page as Frame, Section } from '../kit/page.tsx'
import { SimpleTable } from '../kit/simple-table.tsx'
import { Answered, State } from '../kit/states.tsx'
import { Status } from '../kit/status.tsx'
import { complain, toast } from '../kit/toasts.tsx'
import { useMe } from '../session/me.ts'
import { useApi, useChange } from '../use-api.ts'
import styles from './backups.module.css'
import { Recovery } from './recovery.tsx'
import { backupWords } from './words.ts'

const SCHEDULES = ['backup.daily', 'backup.weekly', 'backup.monthly']

/** The backups: how old, how large, whether they are good. */
export function Page() {
  const words = useWords(backupWords)
  const { program } = useMe()
  const query = useApi(getBackups, { limit: 200 }, { live: 'backups' })
  return (
    <Frame title={words.title} about={words.about(program)} actions={<Make />}>
      <Answered query={query}>
        {({ items: backups }) =>
          backups.length === 0 ? (
            <Section>
              <State icon="backup" title={words.emptyTitle}>
                {words.emptyNext}
              </State>
            </Section>
          ) : (
            <>
              <Summary backups={backups} />
              <Section flush>
                <List backups={backups} />
              </Section>
            </>
          )
        }
      </Answered>
    </Frame>
  )
}

function Make() {
  const words = useWords(backupWords)
  const make = useChange(() => postBackups(api))
  return (
    <Act
      id="backup.make"
      icon="backup"
      label={words.make}
      tone="primary"
      permission="backups.manage"
      busy={make.isPending}
      onAct={() =>
        make.mutate(undefined, {
          onSuccess: ({ runId }) => toast({ tone: 'good', text: words.made(String(runId)) }),
          onError: complain,
        })
      }
    />
  )
}

function Summary({ backups }: { readonly backups: readonly Backup[] }) {
  const words = useWords(backupWords)
  const figures = useFigures()
  return (
    <Section title={words.summary}>
      <div className={styles.summary}>
        <Recovery />
        <Facts>
          <Fact name={words.count}>
            <Count value={backups.length} />
          </Fact>
          <Fact name={words.total}>
            <span translate="no">{figures.size(backups.reduce((sum, { bytes }) => sum + bytes, 0))}</span>
          </Fact>
          <Fact name={words.schedule}>
            {SCHEDULES.map((name) => (
              <div key={name}>
                <Go to={`/schedules/${name}`}>
                  <span translate="no">{name}</span>
                </Go>
              </div>
            ))}
          </Fact>
        </Facts>
      </div>
    </Section>
  )
}

function List({ backups }: { readonly backups: readonly Backup[] }) {
  const words = useWords(backupWords)
  const figures = useFigures()
  const kinds: Readonly<Record<string, string>> = words.kinds
  return (
    <SimpleTable
      label={words.title}
      heads={[
        { title: words.created },
        { title: words.kind },
        { title: words.state, wide: true },
        { title: words.verified },
        { title: words.size, end: true },
        { title: words.rows, end: true },
        { title: words.took, end: true },
        { title: words.act, end: true },
      ]}
      rows={backups.map((backup) => ({
        key: backup.id,
        cells: [
          <span key="at" title={backup.id}>
            <Moment at={backup.createdAt} />
          </span>,
          kinds[backup.kind] ?? <span translate="no">{backup.kind}</span>,
          backup.problem === null ? (
            <Status key="state" tone="good" icon="check">
              {words.good}
            </Status>
          ) : (
            <span key="state">
              <Status tone="bad" icon="cross">
                {words.damaged}
              </Status>{' '}
              <span className="soft" translate="no">
                {backup.problem}
              </span>
            </span>
          ),
          <Verified key="verified" backup={backup} />,
          <span key="size" translate="no">
            {figures.size(backup.bytes)}
          </span>,
          backup.rows === null ? null : <Count key="rows" value={backup.rows} />,
          backup.durationMs === null ? null : <Duration key="took" ms={backup.durationMs} />,
          <Verify key="act" id={backup.id} />,
        ],
      }))}
    />
  )
}

/** What the newest verification of a backup found. */
function Verified({ backup: { verified } }: { readonly backup: Backup }) {
  const words = useWords(backupWords)
  if (verified === undefined) return <span className="soft">{words.neverVerified}</span>
  const { problems, runId, at } = verified
  return (
    <Go to={`/runs/${runId}`}>
      <Status tone={problems.length === 0 ? 'good' : 'bad'} icon={problems.length === 0 ? 'check' : 'cross'}>
        {problems.length === 0 ? words.verifiedGood : words.verifiedBad(problems.length)}
      </Status>{' '}
      <Moment at={at} />
    </Go>
  )
}

function Verify({ id }: { readonly id: string }) {
  const words = useWords(backupWords)
  const verify = useChange(() => postBackupsVerify(api, { id }))
  return (
    <Act
      label={words.verify}
      permission="backups.manage"
      busy={verify.isPending}
      onAct={() =>
        verify.mutate(undefined, {
          onSuccess: ({ runId }) => toast({ tone: 'good', text: words.verifying(String(runId)) }),
          onError: complain,
        })
      }
    />
  )
}
