import { useState } from 'react'
import { deleteKey, getKeys, postKeys } from '../api.gen.ts'
import { api } from '../api.ts'
import { useWords } from '../i18n/language.tsx'
import { Act } from '../kit/act.tsx'
import { Page as Frame, Section } from '../kit/page.tsx'
import { Answered, State } from '../kit/states.tsx'
import { useMe } from '../session/me.ts'
import { useApi } from '../use-api.ts'
import { KeyDialog } from './key-dialog.tsx'
import { KeyTable } from './key-table.tsx'
import { MANAGE } from './model.ts'
import { accessWords } from './words.ts'

/** The keys of programs. */
export function Page() {
  const words = useWords(accessWords)
  const [making, setMaking] = useState(false)
  const query = useApi(getKeys)
  const { described } = useMe()
  return (
    <Frame
      title={words.keys}
      about={words.keysAbout}
      actions={
        <Act
          id="key.new"
          icon="key"
          label={words.newKey}
          tone="primary"
          permission={MANAGE}
          onAct={() => setMaking(true)}
        />
      }
    >
      {making && (
        <KeyDialog permissions={described} make={(key) => postKeys(api, key)} onClose={() => setMaking(false)} />
      )}
      <Section flush>
        <Answered query={query}>
          {({ items: keys }) =>
            keys.length === 0 ? (
              <State icon="key" title={words.noKeys}>
                {words.noKeysNext}
              </State>
            ) : (
              <KeyTable keys={keys} permission={MANAGE} revoke={(id) => deleteKey(api, { id })} />
            )
          }
        </Answered>
      </Section>
    </Frame>
  )
}
