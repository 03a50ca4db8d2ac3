import { useState } from 'react'
import { getRoles, getUsers } from '../api.gen.ts'
import { useWords } from '../i18n/language.tsx'
import { Act } from '../kit/act.tsx'
import { Choice } from '../kit/form.tsx'
import { Go } from '../kit/go.tsx'
import { Page as Frame, Section } from '../kit/page.tsx'
import { PagesTable } from '../kit/pages-table.tsx'
import { SearchField } from '../kit/search-field.tsx'
import { EmptyByFilter, State } from '../kit/states.tsx'
import { Toolbar } from '../kit/toolbar.tsx'
import { useSearchText, useSearchView } from '../kit/use-search.ts'
import { useApi, useApiPages } from '../use-api.ts'
import { FactorPolicy } from './factor-policy.tsx'
import { Invitations } from './invitations.tsx'
import { MANAGE } from './model.ts'
import { permissionWords } from './permission-words.ts'
import { InviteDialog } from './user-dialogs.tsx'
import { UserStatus } from './user-status.tsx'
import { accessWords } from './words.ts'

const PAGE = 100

/** Everybody who may come in. */
export function Page() {
  const words = { ...useWords(accessWords), ...useWords(permissionWords) }
  const [inviting, setInviting] = useState(false)
  const [text, setText] = useSearchText('q')
  const [, setView] = useSearchView(['q', 'role'])
  const [role, setRole] = useSearchText('role')
  const roles = useApi(getRoles)
  const q = text.trim() === '' ? undefined : text.trim()
  const query = useApiPages(getUsers, { limit: PAGE, q, role: role === '' ? undefined : role })
  const invite = (
    <Act
      id="user.invite"
      icon="send"
      label={words.invite}
      tone="primary"
      permission={MANAGE}
      onAct={() => setInviting(true)}
    />
  )
  return (
    <Frame title={words.users} about={words.usersAbout} actions={invite}>
      <InviteDialog opened={inviting} onClose={() => setInviting(false)} />
      <Toolbar>
        <Choice
          name="role"
          label={words.role}
          value={role}
          onChange={setRole}
          options={[
            { value: '', label: words.anyRole },
            ...(roles.data?.items ?? []).map(({ name }) => ({ value: name, label: name, data: true })),
          ]}
        />
        <SearchField label={words.find} value={text} onChange={setText} />
      </Toolbar>
      <Section flush>
        <PagesTable
          id="users"
          label={words.users}
          query={query}
          rowsOf={({ items: users }) => users}
          rowKey={({ id }) => id}
          columns={[
            {
              id: 'name',
              title: words.user,
              width: 200,
              grow: true,
              phone: true,
              cell: ({ id, name }) => (
                <Go to={`/users/${id}`}>
                  <span translate="no">{name}</span>
                </Go>
              ),
            },
            { id: 'email', title: words.email, width: 280, cell: ({ email }) => <span translate="no">{email}</span> },
            {
              id: 'roles',
              title: words.roles,
              width: 220,
              cell: ({ roles }) => <span translate="no">{roles.join(', ')}</span>,
            },
            {
              id: 'state',
              title: words.state,
              width: 150,
              phone: true,
              cell: (user) => <UserStatus user={user} />,
            },
          ]}
          empty={
            q === undefined && role === '' ? (
              <State icon="users" title={words.noUsers} />
            ) : (
              <EmptyByFilter onClear={() => setView('')} />
            )
          }
        />
      </Section>
      <Invitations />
      <FactorPolicy />
    </Frame>
  )
}
