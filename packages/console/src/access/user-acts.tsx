import { useState } from 'react'
import {
  deleteUser,
  postUserDisable,
  postUserEnable,
  postUserImpersonate,
  postUserResetPassword,
  postUserSecondFactorReset,
  type User,
} from '../api.gen.ts'
import { api } from '../api.ts'
import { useWords } from '../i18n/language.tsx'
import { Act } from '../kit/act.tsx'
import { useGoTo } from '../kit/address.ts'
import { type Question, useConfirm } from '../kit/confirm.tsx'
import { told } from '../kit/told.ts'
import { setLeaving } from '../session/leaving.ts'
import { useMe } from '../session/me.ts'
import { useChange } from '../use-api.ts'
import { MANAGE } from './model.ts'
import { RolesDialog } from './user-dialogs.tsx'
import { accessWords } from './words.ts'

/** What an administrator may do with a user. */
export function UserActs({ user }: { readonly user: User }) {
  const words = useWords(accessWords)
  const goTo = useGoTo()
  const [changing, setChanging] = useState(false)
  const { principal, mail } = useMe()
  const self = user.id === principal.id
  const { id, name } = user
  const turn = useAsked(() => (user.disabledAt === undefined ? postUserDisable : postUserEnable)(api, { id }))
  const link = useAsked(() => postUserResetPassword(api, { id }))
  const factor = useAsked(() => postUserSecondFactorReset(api, { user: id }))
  const eyes = useAsked(async () => {
    setLeaving(true)
    try {
      await postUserImpersonate(api, { id })
      // Everything on the page was for somebody else, and this very page may not be for whom they see it through: it may be gone before
      // anybody is told that it has succeeded.
      window.location.assign('/')
    } catch (error) {
      setLeaving(false)
      throw error
    }
  })
  const remove = useAsked(() => deleteUser(api, { id }))
  const isIn = user.disabledAt === undefined
  const shared = { permission: MANAGE, why: self ? words.notSelf : undefined }
  const disabling = {
    title: words.disableTitle(name),
    body: words.disableBody,
    action: words.disable,
    danger: true,
  }
  return (
    <>
      {changing && <RolesDialog user={user} onClose={() => setChanging(false)} />}
      <Act icon="edit" label={words.changeRoles} permission={MANAGE} onAct={() => setChanging(true)} />
      <Act
        icon="users"
        label={words.impersonate}
        {...shared}
        onAct={() =>
          eyes(
            { title: words.impersonateTitle(name), body: words.impersonateBody, action: words.impersonate },
            () => {},
          )
        }
      />
      <Act
        icon="key"
        label={words.sendLink}
        {...shared}
        onAct={() =>
          link(
            { title: words.sendLinkTitle(name), body: words.sendLinkBody, action: words.sendLink },
            mail === 'mail' ? words.linkSent : words.linkWritten,
          )
        }
      />
      <Act
        icon="lock"
        label={words.takeFactor}
        {...shared}
        onAct={() =>
          factor(
            { title: words.takeFactorTitle(name), body: words.takeFactorBody, action: words.takeFactor, danger: true },
            words.factorTaken,
          )
        }
      />
      <Act
        label={isIn ? words.disable : words.enable}
        permission={MANAGE}
        why={self ? words.self : undefined}
        onAct={() => turn(isIn ? disabling : undefined, words.saved)}
      />
      <Act
        label={words.removeUser}
        tone="danger"
        {...shared}
        onAct={() =>
          remove(
            { title: words.removeUserTitle(name), body: words.removeUserBody, action: words.removeUser, danger: true },
            () => goTo('/users'),
          )
        }
      />
    </>
  )
}

/** Does something once it was agreed to; then says so, or goes on. */
function useAsked(act: () => Promise<unknown>) {
  const confirm = useConfirm()
  const change = useChange(act)
  return async (question: Question | undefined, done: string | (() => void)): Promise<void> => {
    if (question !== undefined && (await confirm(question)) === false) return
    const { onSuccess, onError } = told(typeof done === 'string' ? done : '')
    change.mutate(undefined, { onError, onSuccess: typeof done === 'string' ? onSuccess : done })
  }
}
