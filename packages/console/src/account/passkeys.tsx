import { useState } from 'react'
import {
  getMePasskeys,
  getMeSecondFactor,
  type MePasskey,
  type PostMePasskeyRemoveInput,
  postMePasskeyRemove,
} from '../api.gen.ts'
import { api } from '../api.ts'
import { useWords } from '../i18n/language.tsx'
import { Act } from '../kit/act.tsx'
import { Moment } from '../kit/moment.tsx'
import { Section } from '../kit/page.tsx'
import { SimpleTable } from '../kit/simple-table.tsx'
import { Answered } from '../kit/states.tsx'
import { toast } from '../kit/toasts.tsx'
import { useApi, useChange } from '../use-api.ts'
import styles from './account.module.css'
import { PasskeyDialog } from './passkey-dialog.tsx'
import { ProofDialog } from './proof-dialog.tsx'
import { accountWords } from './words.ts'

/** One's own passkeys. */
export function Passkeys() {
  const words = useWords(accountWords)
  const query = useApi(getMePasskeys)
  const factor = useApi(getMeSecondFactor)
  const [adding, setAdding] = useState(false)
  const [removing, setRemoving] = useState<MePasskey>()
  const remove = useChange((given: PostMePasskeyRemoveInput) => postMePasskeyRemove(api, given))
  const hasPassword = factor.data?.hasPassword === true
  const why = whyNot()
  const byName = thisPageByName()
  return (
    <Section
      title={words.passkeys}
      aside={
        <Act
          icon="key"
          label={words.addPasskey}
          why={why === undefined ? undefined : words[why]}
          onAct={() => setAdding(true)}
        />
      }
      flush
    >
      <p className={styles.lead}>
        {words.passkeysAbout}
        {why === 'passkeyNumbers' && byName !== undefined && (
          <>
            {' '}
            {words.passkeyByName}{' '}
            <a href={byName.href} translate="no">
              {byName.origin}
            </a>
          </>
        )}
      </p>
      <Answered query={query} rows={3}>
        {({ items: passkeys }) =>
          passkeys.length === 0 ? (
            <p className={styles.lead}>{words.noPasskeys}.</p>
          ) : (
            <SimpleTable
              label={words.passkeys}
              heads={[
                { title: words.name, wide: true },
                { title: words.used },
                { title: words.added },
                { title: words.acts, acts: true },
              ]}
              rows={passkeys.map((passkey) => ({
                key: passkey.id,
                cells: [
                  <b key="name" translate="no">
                    {passkey.name}
                  </b>,
                  passkey.usedAt === undefined ? words.never : <Moment key="used" at={passkey.usedAt} />,
                  <Moment key="added" at={passkey.createdAt} />,
                  <Act key="act" label={words.remove} onAct={() => setRemoving(passkey)} />,
                ],
              }))}
            />
          )
        }
      </Answered>
      {adding && <PasskeyDialog hasPassword={hasPassword} onClose={() => setAdding(false)} />}
      {removing !== undefined && (
        <ProofDialog
          title={words.removePasskeyTitle(removing.name)}
          about={words.removePasskeyAbout}
          action={words.remove}
          hasPassword={hasPassword}
          onClose={() => setRemoving(undefined)}
          onProof={async (proof) => {
            await remove.mutateAsync({ id: removing.id, ...proof })
            toast({ tone: 'good', text: words.passkeyRemoved })
          }}
        />
      )}
    </Section>
  )
}

/** This very page by the name of this machine, where it is open by its numbers. */
function thisPageByName(): URL | undefined {
  if (!['127.0.0.1', '[::1]'].includes(location.hostname)) return undefined
  const named = new URL(location.href)
  named.hostname = 'localhost'
  return named
}

/** Why this browser cannot have one here. */
function whyNot(): 'passkeyUnknown' | 'passkeyNumbers' | undefined {
  if (!('PublicKeyCredential' in globalThis)) return 'passkeyUnknown'
  return /^[\d.]+$|^\[/.test(location.hostname) ? 'passkeyNumbers' : undefined
}
