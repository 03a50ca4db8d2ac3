import { useState } from 'react'
import { deleteRole, type GetRolesOutput, getRoles, putRole, type Role } from '../api.gen.ts'
import { api } from '../api.ts'
import { useWords } from '../i18n/language.tsx'
import { Act } from '../kit/act.tsx'
import { useConfirm } from '../kit/confirm.tsx'
import { Field, FormDialog, Ticks } from '../kit/form.tsx'
import { Page as Frame, Section } from '../kit/page.tsx'
import { SimpleTable } from '../kit/simple-table.tsx'
import { Answered } from '../kit/states.tsx'
import { toast } from '../kit/toasts.tsx'
import { told } from '../kit/told.ts'
import { useApi, useChange } from '../use-api.ts'
import styles from './access.module.css'
import { MANAGE } from './model.ts'
import { useDescribed } from './permission.ts'
import { accessWords } from './words.ts'

const NEW: Role = { name: '', permissions: [], source: 'own' }

/** Every role, and what it permits. */
export function Page() {
  const words = useWords(accessWords)
  const [editing, setEditing] = useState<Role>()
  const query = useApi(getRoles)
  return (
    <Frame
      title={words.roles}
      about={words.rolesAbout}
      actions={
        <Act icon="edit" label={words.newRole} tone="primary" permission={MANAGE} onAct={() => setEditing(NEW)} />
      }
    >
      <Section flush>
        <Answered query={query}>
          {({ items: roles, permissions }) => (
            <>
              {editing !== undefined && (
                <RoleDialog role={editing} permissions={permissions} onClose={() => setEditing(undefined)} />
              )}
              <SimpleTable
                label={words.roles}
                heads={[
                  { title: words.role },
                  { title: words.permissions, wide: true },
                  { title: words.source },
                  { title: words.acts, acts: true },
                ]}
                rows={roles.map((role) => ({
                  key: role.name,
                  cells: [
                    <b key="name" translate="no">
                      {role.name}
                    </b>,
                    <span key="permissions" className={styles.many} translate="no">
                      {role.permissions.join(', ')}
                    </span>,
                    words.sources[role.source],
                    <RoleActs key="acts" role={role} onEdit={() => setEditing(role)} />,
                  ],
                }))}
              />
            </>
          )}
        </Answered>
      </Section>
    </Frame>
  )
}

function RoleActs({ role: { name, source }, onEdit }: { readonly role: Role; readonly onEdit: () => void }) {
  const words = useWords(accessWords)
  const confirm = useConfirm()
  const why = source === 'own' ? undefined : words.fixed
  const remove = useChange(() => deleteRole(api, { name }))
  const ask = async (): Promise<void> => {
    const answer = await confirm({ title: words.removeTitle(name), action: words.remove, danger: true })
    if (answer !== false) remove.mutate(undefined, told(words.removed))
  }
  return (
    <>
      <Act label={words.edit} permission={MANAGE} why={why} onAct={onEdit} />{' '}
      <Act label={words.remove} permission={MANAGE} why={why} onAct={() => void ask()} />
    </>
  )
}

function RoleDialog({
  role,
  permissions,
  onClose,
}: {
  readonly role: Role
  readonly permissions: GetRolesOutput['permissions']
  readonly onClose: () => void
}) {
  const words = useWords(accessWords)
  const [name, setName] = useState(role.name)
  const [chosen, setChosen] = useState(role.permissions)
  const save = useChange(() => putRole(api, { name, permissions: chosen }))
  const submit = async (): Promise<void> => {
    await save.mutateAsync(undefined)
    toast({ tone: 'good', text: words.saved })
  }
  return (
    <FormDialog
      permission="users.manage"
      title={role.name === '' ? words.newRole : words.edit}
      action={words.save}
      opened
      onClose={onClose}
      onSubmit={submit}
      labels={{ name: words.name, permissions: words.permissions }}
    >
      {role.name === '' ? (
        <Field label={words.name} about={words.roleNameAbout} value={name} onChange={setName} required />
      ) : (
        <b translate="no">{role.name}</b>
      )}
      <Ticks label={words.permissions} chosen={chosen} onChange={setChosen} options={useDescribed(permissions)} />
    </FormDialog>
  )
}
