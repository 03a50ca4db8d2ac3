import { type AuditVerify, postAuditVerify } from '../api.gen.ts'
import { api } from '../api.ts'
import { useFigures, useWords } from '../i18n/language.tsx'
import { Act } from '../kit/act.tsx'
import { Fact, Facts, Section } from '../kit/page.tsx'
import { Status } from '../kit/status.tsx'
import { complain } from '../kit/toasts.tsx'
import { useChange } from '../use-api.ts'
import styles from './audit.module.css'
import { auditWords } from './words.ts'

/** Has the whole log read on the server: the button, and what was found once it was pressed. */
export function useVerification() {
  const words = useWords(auditWords)
  const verify = useChange(() => postAuditVerify(api), ['/api/v1/audit'])
  return {
    act: (
      <Act
        id="audit.verify"
        icon="audit"
        label={words.verify}
        permission="audit.read"
        busy={verify.isPending}
        onAct={() => verify.mutate(undefined, { onError: complain })}
      />
    ),
    found: (
      <div role="status" className={styles.found}>
        {verify.data !== undefined && <Found found={verify.data} />}
      </div>
    ),
  }
}

/** What a verification found, and what each of it means. */
function Found({
  found: { ok, entries, unsealed, anchors, faults, problems, guarded, notes },
}: {
  readonly found: AuditVerify
}) {
  const words = useWords(auditWords)
  const { count } = useFigures()
  const kinds: Readonly<Record<string, string>> = words.faultKinds
  return (
    <Section title={words.found}>
      <Facts>
        <Fact name={words.content}>
          <Status tone={ok ? 'good' : 'bad'} icon={ok ? 'check' : 'alert'}>
            {ok ? words.whole : words.faults(count(faults))}
          </Status>
          <p className="soft">{ok ? words.verified(count(entries)) : words.faultsNext}</p>
        </Fact>
        <Fact name={words.guard}>
          <Status tone={guarded ? 'good' : 'bad'} icon={guarded ? 'lock' : 'alert'}>
            {guarded ? words.guarded : words.unguarded}
          </Status>
          <p className="soft">{guarded ? words.guardedAbout : words.unguardedNext}</p>
        </Fact>
        <Fact name={words.ends}>
          <Status tone={anchors > 0 ? 'good' : 'warn'} icon={anchors > 0 ? 'check' : 'info'}>
            {words.anchors(count(anchors))}
          </Status>
          <p className="soft">
            {anchors > 0 ? words.anchorsAbout : words.noAnchors} {unsealed > 0 && words.waiting(count(unsealed))}
          </p>
        </Fact>
      </Facts>
      {problems.length > 0 && (
        <ul className={styles.problems}>
          {problems.map(({ fault, message }) => (
            <li key={message}>
              <b>{kinds[fault] ?? fault}</b> <span translate="no">{message}</span>
            </li>
          ))}
          {faults > problems.length && <li>{words.more(count(faults - problems.length))}</li>}
        </ul>
      )}
      {notes.map((note) => (
        <p key={note} className="soft" translate="no">
          {note}
        </p>
      ))}
    </Section>
  )
}
