import { useState } from 'react'
import { type MeSecondFactorTotp, postMeSecondFactorTotp, postMeSecondFactorTotpConfirm } from '../api.gen.ts'
import { api } from '../api.ts'
import { useWords } from '../i18n/language.tsx'
import { Copy } from '../kit/copy.tsx'
import { Dialog } from '../kit/dialog.tsx'
import { Field, Form } from '../kit/form.tsx'
import { useWritten } from '../kit/use-written.ts'
import { useChange } from '../use-api.ts'
import styles from './account.module.css'
import { accountWords } from './words.ts'

/** Sets an authenticator app up: the password, what the app is given, a first code. */
export function TotpDialog({
  hasPassword,
  onClose,
  onCodes,
}: {
  /** Asked for first. */
  readonly hasPassword: boolean
  readonly onClose: () => void
  /** Is handed the backup codes. */
  readonly onCodes: (codes: readonly string[]) => void
}) {
  const words = useWords(accountWords)
  const [password, setPassword] = useState('')
  const [given, setGiven] = useState<MeSecondFactorTotp>()
  const begin = async (): Promise<void> => setGiven(await postMeSecondFactorTotp(api, hasPassword ? { password } : {}))
  const { close, send, onChange } = useWritten(onClose)
  return (
    <Dialog opened onClose={close} title={words.setUp} size="lg" closeOnClickOutside={false} onChange={onChange}>
      {given === undefined ? (
        <Form action={words.goOn} onSubmit={begin} onCancel={close}>
          <p className="soft">{words.again}</p>
          {hasPassword && (
            <Field
              name="password"
              label={words.currentPassword}
              type="password"
              value={password}
              onChange={setPassword}
              autoComplete="current-password"
              required
            />
          )}
        </Form>
      ) : (
        <FirstCode
          given={given}
          onCancel={close}
          send={send}
          onCodes={(codes) => {
            onCodes(codes)
            onClose()
          }}
        />
      )}
    </Dialog>
  )
}

function FirstCode({
  given: { secret, uri, qr },
  send,
  onCancel,
  onCodes,
}: {
  readonly given: MeSecondFactorTotp
  readonly send: (work: () => Promise<void>) => Promise<void>
  readonly onCancel: () => void
  readonly onCodes: (codes: readonly string[]) => void
}) {
  const words = useWords(accountWords)
  const [code, setCode] = useState('')
  const confirm = useChange(() => postMeSecondFactorTotpConfirm(api, { code: code.replace(/\s/g, '') }))
  const submit = async (): Promise<void> => {
    const { backupCodes } = await confirm.mutateAsync()
    onCodes(backupCodes)
  }
  return (
    <Form action={words.confirm} onSubmit={async () => send(submit)} onCancel={onCancel}>
      <p>{words.scan}</p>
      <div className={styles.setup}>
        <svg className={styles.qr} viewBox={`0 0 ${qr.size} ${qr.size}`} shapeRendering="crispEdges" role="img">
          <title>{words.qr}</title>
          <path d={qr.path} />
        </svg>
        <div>
          <p className="soft">{words.secret}</p>
          <p className={styles.buttons}>
            <code className={styles.secret} translate="no">
              {secret.match(/.{1,4}/g)?.join(' ')}
            </code>
            <Copy text={secret} />
          </p>
          <p>
            <a href={uri}>{words.openApp}</a>
          </p>
        </div>
      </div>
      <Field name="code" label={words.code} value={code} onChange={setCode} autoComplete="one-time-code" required />
    </Form>
  )
}
