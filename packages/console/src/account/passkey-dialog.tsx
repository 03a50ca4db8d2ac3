import { useState } from 'react'
import { postMePasskeys, postMePasskeysBegin } from '../api.gen.ts'
import { api } from '../api.ts'
import { useWords } from '../i18n/language.tsx'
import { deviceOf } from '../kit/device.ts'
import { Field } from '../kit/form.tsx'
import { toast } from '../kit/toasts.tsx'
import { useChange } from '../use-api.ts'
import { ProofDialog } from './proof-dialog.tsx'
import { accountWords } from './words.ts'

/** Has the browser make a passkey, and registers it. */
export function PasskeyDialog({
  hasPassword,
  onClose,
}: {
  readonly hasPassword: boolean
  readonly onClose: () => void
}) {
  const words = useWords(accountWords)
  const [name, setName] = useState(deviceOf(navigator.userAgent).system ?? '')
  const register = useChange((response: Parameters<typeof postMePasskeys>[1]['response']) =>
    postMePasskeys(api, { name, response }),
  )
  const add = async (proof: { readonly password?: string }): Promise<void> => {
    const { options } = await postMePasskeysBegin(api, proof)
    const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(
      options as PublicKeyCredentialCreationOptionsJSON,
    )
    // The browser says no more than that nothing was made.
    const made = await navigator.credentials.create({ publicKey }).catch(() => null)
    if (!(made instanceof PublicKeyCredential)) throw words.passkeyAborted
    const { id, rawId, response } = made.toJSON()
    if (!('attestationObject' in response)) throw words.passkeyAborted
    // What the server takes of it; browsers add more from year to year.
    const { clientDataJSON, attestationObject } = response
    const kept = { clientDataJSON, attestationObject }
    await register.mutateAsync({ id, rawId, type: 'public-key', clientExtensionResults: {}, response: kept })
    toast({ tone: 'good', text: words.passkeyAdded })
  }
  return (
    <ProofDialog
      title={words.addPasskey}
      about={words.passkeysAbout}
      action={words.addPasskey}
      hasPassword={hasPassword}
      onClose={onClose}
      onProof={add}
    >
      <Field
        name="name"
        label={words.passkeyName}
        about={words.passkeyNameAbout}
        value={name}
        onChange={setName}
        required
      />
    </ProofDialog>
  )
}
