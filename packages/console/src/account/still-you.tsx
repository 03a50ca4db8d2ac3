import { Button } from '@mantine/core'
import { useEffect, useState } from 'react'
import {
  getMeSecondFactor,
  type MeSecondFactor,
  postMeProof,
  postMeSecondFactorPasskey,
  postMeSecondFactorVerify,
  postPasskeysBegin,
} from '../api.gen.ts'
import { api } from '../api.ts'
import { useWords } from '../i18n/language.tsx'
import { Dialog } from '../kit/dialog.tsx'
import { Field, Form } from '../kit/form.tsx'
import { Answered } from '../kit/states.tsx'
import { complain } from '../kit/toasts.tsx'
import { wayBackFrom } from '../session/way-back.ts'
import { focusDialog } from '../theme/dialog-focus.ts'
import { useApi } from '../use-api.ts'
import { codeName, shownCode } from './code-dialog.tsx'
import { accountWords } from './words.ts'

/** Asks for the password, else the second factor, else to sign in again; a passkey does in place of either. */
export function StillYou({ onSettled }: { readonly onSettled: (isProven: boolean) => void }) {
  const words = useWords(accountWords)
  const query = useApi(getMeSecondFactor)
  return (
    <Dialog opened onClose={() => onSettled(false)} title={words.stillYou} size="md">
      <Answered query={query} rows={2}>
        {(status) => <Ways status={status} onSettled={onSettled} />}
      </Answered>
    </Dialog>
  )
}

function Ways({
  status: { hasPassword, totp, hasPasskey },
  onSettled,
}: {
  readonly status: MeSecondFactor
  readonly onSettled: (isProven: boolean) => void
}) {
  const words = useWords(accountWords)
  const [typed, setTyped] = useState('')
  // The field comes when the dialog is there already.
  useEffect(focusDialog, [])
  const canType = hasPassword || totp === 'confirmed'
  const hasKey = hasPasskey && 'PublicKeyCredential' in globalThis
  const show = async (): Promise<void> => {
    await (hasPassword ? postMeProof(api, { password: typed }) : postMeSecondFactorVerify(api, shownCode(typed)))
    onSettled(true)
  }
  const passkey = hasKey && (
    <Button variant="default" onClick={() => void signByPasskey().then(() => onSettled(true), complain)}>
      {words.usePasskey}
    </Button>
  )
  if (!canType)
    return (
      <>
        <p className="soft">{hasKey ? words.stillYouAbout : words.signInAgainAbout}</p>
        {passkey || (
          <Button component="a" href={wayBackFrom('/sign-in')} data-autofocus>
            {words.signInAgain}
          </Button>
        )}
      </>
    )
  return (
    <Form action={words.goOn} onSubmit={show} onCancel={() => onSettled(false)} aside={passkey || undefined}>
      <p className="soft">{words.stillYouAbout}</p>
      <Field
        name={hasPassword ? 'password' : codeName(typed)}
        label={hasPassword ? words.currentPassword : words.anyCode}
        type={hasPassword ? 'password' : 'text'}
        autoComplete={hasPassword ? 'current-password' : 'one-time-code'}
        value={typed}
        onChange={setTyped}
        required
      />
    </Form>
  )
}

async function signByPasskey(): Promise<void> {
  const { options } = await postPasskeysBegin(api)
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options as PublicKeyCredentialRequestOptionsJSON)
  const used = await navigator.credentials.get({ publicKey })
  if (!(used instanceof PublicKeyCredential)) throw new Error('no passkey was chosen')
  const { id, rawId, response } = used.toJSON() as AuthenticationResponseJSON
  const { clientDataJSON, authenticatorData, signature, userHandle } = response
  await postMeSecondFactorPasskey(api, {
    response: {
      ...{ id, rawId, type: 'public-key', clientExtensionResults: {} },
      response: { clientDataJSON, authenticatorData, signature, ...(userHandle !== undefined && { userHandle }) },
    },
  })
}
