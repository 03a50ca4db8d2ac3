import { useState } from 'react'
import { getUsers, postUserDisable, postUserEnable, type User } from '../api.gen.ts'
import { api } from '../api.ts'
import { useWords } from '../i18n/language.tsx'
import { Act } from '../kit/act.tsx'
import { useConfirm } from '../kit/confirm.tsx'
import { Page as Frame, Section } from '../kit/page.tsx'
import { SimpleTable } from '../kit/simple-table.tsx'
import { Answered } from '../kit/states.tsx'
import { Status } from '../kit/status.tsx'
import { told } from '../kit/told.ts'
import { useMe } from '../session/me.ts'
import { useApi, useChange } from '../use-api.ts'
import { Invitations } from './invitations.tsx'
import { MANAGE } from './model.ts'
import { InviteDialog, RolesDialog } from './user-dialogs.tsx'
import { accessWords } from './words.ts'

const MOST = 200

/** Everybody who may come in. */
export function Page() {
  const words = useWords(accessWords)
  const [inviting, setInviting] = useState(false)
  const [changing, setChanging] = useState<User>()
  const query = useApi(getUsers, { limit: MOST })
  return (
    <Frame
      title={words.users}
      about={words.usersAbout}
      actions={
        <Act icon="send" label={words.invite} tone="primary" permission={MANAGE} onAct={() => setInviting(true)} />
      }
    >
      <InviteDialog opened={inviting} onClose={() => setInviting(false)} />
      {changing !== undefined && <RolesDialog user={changing} onClose={() => setChanging(undefined)} />}
      <Section flush>
        <Answered query={query}>
          {({ users }) => (
            <SimpleTable
              label={words.users}
              heads={[
                { title: words.user, wide: true },
                { title: words.roles },
                { title: words.state },
                { title: words.acts, end: true },
              ]}
              rows={users.map((user) => ({ key: user.id, cells: cellsOf(user, words, setChanging) }))}
            />
          )}
        </Answered>
      </Section>
      <Invitations />
    </Frame>
  )
}

function cellsOf(user: User, words: (typeof accessWords)['en'], onRoles: (user: User) => void) {
  const isIn = user.disabledAt === undefined
  return [
    <div key="user" translate="no">
      <b>{user.name}</b>
      <br />
      <small className="soft">{user.email}</small>
    </div>,
    <span key="roles" translate="no">
      {user.roles.join(', ')}
    </span>,
    <Status key="state" tone={isIn ? 'good' : 'bad'} icon={isIn ? 'check' : 'stop'}>
      {isIn ? words.enabled : words.disabled}
    </Status>,
    <UserActs key="acts" user={user} onRoles={() => onRoles(user)} />,
  ]
}

function UserActs({ user, onRoles }: { readonly user: User; readonly onRoles: () => void }) {
  const words = useWords(accessWords)
  const confirm = useConfirm()
  const { principal } = useMe()
  const isIn = user.disabledAt === undefined
  const change = useChange((act: 'disable' | 'enable') =>
    (act === 'disable' ? postUserDisable : postUserEnable)(api, { id: user.id }),
  )
  const turn = async (): Promise<void> => {
    const title = words.disableTitle(user.name)
    const question = { title, body: words.disableBody, action: words.disable, danger: true }
    if (isIn && (await confirm(question)) === false) return
    change.mutate(isIn ? 'disable' : 'enable', told(words.saved))
  }
  return (
    <>
      <Act label={words.changeRoles} permission={MANAGE} onAct={onRoles} />{' '}
      <Act
        label={isIn ? words.disable : words.enable}
        permission={MANAGE}
        why={user.id === principal.id ? words.self : undefined}
        busy={change.isPending}
        onAct={() => void turn()}
      />
    </>
  )
}
