import { useState } from 'react'
import { KeyDialog } from '../access/key-dialog.tsx'
import { KeyTable } from '../access/key-table.tsx'
import { deleteMeKey, getMeKeys, postMeKeys } from '../api.gen.ts'
import { api } from '../api.ts'
import { useWords } from '../i18n/language.tsx'
import { Act } from '../kit/act.tsx'
import { Section } from '../kit/page.tsx'
import { Answered, State } from '../kit/states.tsx'
import { useMe } from '../session/me.ts'
import { useApi } from '../use-api.ts'
import { accountWords } from './words.ts'

/** One's own API keys in the organisation one works in; none may do more than oneself. */
export function OwnKeys() {
  const words = useWords(accountWords)
  const { permissions, described } = useMe()
  const [making, setMaking] = useState(false)
  const query = useApi(getMeKeys)
  return (
    <Section
      title={words.ownKeys}
      aside={<Act id="key.own" icon="key" label={words.newOwnKey} onAct={() => setMaking(true)} />}
      flush
    >
      {making && (
        <KeyDialog
          permissions={described.filter(({ name }) => permissions.includes(name))}
          make={(key) => postMeKeys(api, key)}
          onClose={() => setMaking(false)}
        />
      )}
      <Answered query={query} rows={2}>
        {({ items: keys }) =>
          keys.length === 0 ? (
            <State icon="key" title={words.noOwnKeys}>
              {words.ownKeysAbout}
            </State>
          ) : (
            <KeyTable keys={keys} revoke={(id) => deleteMeKey(api, { id })} />
          )
        }
      </Answered>
    </Section>
  )
}
