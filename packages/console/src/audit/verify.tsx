import { type AuditVerify, postAuditVerify } from '../api.gen.ts'
import { api } from '../api.ts'
import { useFigures, useWords } from '../i18n/language.tsx'
import { Act } from '../kit/act.tsx'
import { useConfirm } from '../kit/confirm.tsx'
import { complain, toast } from '../kit/toasts.tsx'
import { useChange } from '../use-api.ts'
import { auditWords } from './words.ts'

/** Reads the whole log on the server, and says what it found. */
export function Verify() {
  const words = useWords(auditWords)
  const figures = useFigures()
  const confirm = useConfirm()
  const verify = useChange(() => postAuditVerify(api), ['/api/v1/audit'])
  const tell = ({ ok, entries, faults, problems }: AuditVerify): void => {
    if (ok) {
      toast({ tone: 'good', text: words.verified(figures.count(entries)) })
      return
    }
    const body = (
      <ul translate="no">
        {problems.map(({ message }) => (
          <li key={message}>{message}</li>
        ))}
      </ul>
    )
    void confirm({ title: words.faults(figures.count(faults)), body, action: words.title })
  }
  return (
    <Act
      icon="audit"
      label={words.verify}
      permission="audit.read"
      busy={verify.isPending}
      onAct={() =>
        verify.mutate(undefined, {
          onSuccess: tell,
          onError: complain,
        })
      }
    />
  )
}
