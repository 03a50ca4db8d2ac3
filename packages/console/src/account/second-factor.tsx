import { useState } from 'react'
import {
  getMeSecondFactor,
  type MeSecondFactor,
  postMeSecondFactorBackupCodes,
  postMeSecondFactorDisable,
} from '../api.gen.ts'
import { api } from '../api.ts'
import { useWords } from '../i18n/language.tsx'
import { Act } from '../kit/act.tsx'
import { Section } from '../kit/page.tsx'
import { Answered } from '../kit/states.tsx'
import { Status } from '../kit/status.tsx'
import { toast } from '../kit/toasts.tsx'
import { useApi, useChange } from '../use-api.ts'
import styles from './account.module.css'
import { BackupCodes } from './backup-codes.tsx'
import { CodeDialog, type ShownCode } from './code-dialog.tsx'
import { TotpDialog } from './totp-dialog.tsx'
import { accountWords } from './words.ts'

/** One's authenticator app and backup codes. */
export function SecondFactor() {
  const words = useWords(accountWords)
  const query = useApi(getMeSecondFactor)
  // Outside of the answer: codes that are shown once must outlive its next version.
  const [dialog, setDialog] = useState<'set-up' | 'codes' | 'remove'>()
  const [codes, setCodes] = useState<readonly string[]>()
  const close = () => setDialog(undefined)
  const renew = useChange((shown: ShownCode) => postMeSecondFactorBackupCodes(api, shown))
  const disable = useChange((shown: ShownCode) => postMeSecondFactorDisable(api, shown))
  return (
    <Section title={words.factor}>
      <Answered query={query} rows={4}>
        {(status) => <Standing status={status} onDialog={setDialog} />}
      </Answered>
      {dialog === 'set-up' && (
        <TotpDialog hasPassword={query.data?.hasPassword === true} onClose={close} onCodes={setCodes} />
      )}
      {dialog === 'codes' && (
        <CodeDialog
          title={words.newCodes}
          about={words.newCodesAbout}
          action={words.goOn}
          onClose={close}
          onCode={async (shown) => setCodes((await renew.mutateAsync(shown)).backupCodes)}
        />
      )}
      {dialog === 'remove' && (
        <CodeDialog
          title={words.removeFactorTitle}
          about={words.removeFactorAbout}
          action={words.removeFactor}
          onClose={close}
          onCode={async (shown) => {
            await disable.mutateAsync(shown)
            toast({ tone: 'good', text: words.factorRemoved })
          }}
        />
      )}
      {codes !== undefined && <BackupCodes codes={codes} onKept={() => setCodes(undefined)} />}
    </Section>
  )
}

function Standing({
  status,
  onDialog,
}: {
  readonly status: MeSecondFactor
  readonly onDialog: (dialog: 'set-up' | 'codes' | 'remove') => void
}) {
  const words = useWords(accountWords)
  const isOn = status.totp === 'confirmed'
  return (
    <div className={styles.stack}>
      <Status tone={isOn ? 'good' : 'calm'} icon={isOn ? 'check' : 'info'}>
        {isOn ? words.factorOn : words.factorOff}
      </Status>
      {status.required && <p>{words.factorRequired}</p>}
      <p className="soft">{isOn ? words.codesLeft(status.backupCodesLeft) : words.factorAbout}</p>
      <div className={styles.buttons}>
        {isOn ? (
          <>
            <Act icon="retry" label={words.newCodes} onAct={() => onDialog('codes')} />
            <Act label={words.removeFactor} tone="danger" onAct={() => onDialog('remove')} />
          </>
        ) : (
          <Act icon="lock" label={words.setUp} tone="primary" onAct={() => onDialog('set-up')} />
        )}
      </div>
    </div>
  )
}
