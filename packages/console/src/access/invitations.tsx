import { deleteInvitation, getInvitations } from '../api.gen.ts'
import { api } from '../api.ts'
import { useWords } from '../i18n/language.tsx'
import { Act } from '../kit/act.tsx'
import { Moment } from '../kit/moment.tsx'
import { Section } from '../kit/page.tsx'
import { SimpleTable } from '../kit/simple-table.tsx'
import { Answered } from '../kit/states.tsx'
import { told } from '../kit/told.ts'
import { useApi, useChange } from '../use-api.ts'
import { MANAGE } from './model.ts'
import { accessWords } from './words.ts'

/** Those who were asked in and have not come yet; nothing while there are none. */
export function Invitations() {
  const words = useWords(accessWords)
  const query = useApi(getInvitations)
  const withdraw = useChange((id: string) => deleteInvitation(api, { id }))
  // Most of the time there are none; that there is no answer is another matter.
  if (query.error === null && (query.data?.items.length ?? 0) === 0) return null
  return (
    <Section title={words.invitations} flush>
      <Answered query={query} rows={3}>
        {({ items: invitations }) => (
          <SimpleTable
            label={words.invitations}
            heads={[
              { title: words.email, wide: true },
              { title: words.roles },
              { title: words.until },
              { title: words.acts, acts: true },
            ]}
            rows={invitations.map(({ id, email, roles, expiresAt }) => ({
              key: id,
              cells: [
                <span key="email" translate="no">
                  {email}
                </span>,
                <span key="roles" translate="no">
                  {roles.join(', ')}
                </span>,
                <Moment key="until" at={expiresAt} exact />,
                <Act
                  key="act"
                  label={words.withdraw}
                  permission={MANAGE}
                  onAct={() => withdraw.mutate(id, told(words.withdrawn))}
                />,
              ],
            }))}
          />
        )}
      </Answered>
    </Section>
  )
}
