import { useState } from 'react'
import { deleteRole, type GetRolesOutput, getRoles, putRole, type Role } from '../api.gen.ts'
import { api } from '../api.ts'
import { useFigures, useWords } from '../i18n/language.tsx'
import { Act } from '../kit/act.tsx'
import { useConfirm } from '../kit/confirm.tsx'
import { Field, FormDialog } from '../kit/form.tsx'
import { Go } from '../kit/go.tsx'
import { Page as Frame, Section } from '../kit/page.tsx'
import { SimpleTable } from '../kit/simple-table.tsx'
import { Answered } from '../kit/states.tsx'
import { toast } from '../kit/toasts.tsx'
import { told } from '../kit/told.ts'
import { useApi, useChange } from '../use-api.ts'
import styles from './access.module.css'
import { MANAGE } from './model.ts'
import { PermissionPicker } from './permission-picker.tsx'
import { PermissionSummary } from './permission-summary.tsx'
import { permissionWords } from './permission-words.ts'
import { accessWords } from './words.ts'

/** A role being made or changed. */
interface Editing {
  /** Empty: a new one. */
  readonly old: string
  readonly name: string
  readonly permissions: readonly string[]
}

const NEW: Editing = { old: '', name: '', permissions: [] }

/** Every role, what it permits, and how many have it. */
export function Page() {
  const words = { ...useWords(accessWords), ...useWords(permissionWords) }
  const { count } = useFigures()
  const builtIn: Readonly<Record<string, string>> = words.builtIn
  const [editing, setEditing] = useState<Editing>()
  const query = useApi(getRoles)
  return (
    <Frame
      title={words.roles}
      about={words.rolesAbout}
      actions={
        <Act
          id="role.new"
          icon="edit"
          label={words.newRole}
          tone="primary"
          permission={MANAGE}
          onAct={() => setEditing(NEW)}
        />
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
                  { title: words.permissions, wraps: true },
                  { title: words.held },
                  { title: words.source },
                  { title: words.acts, acts: true },
                ]}
                rows={roles.map((role) => ({
                  key: role.name,
                  cells: [
                    <b key="name" translate="no">
                      {role.name}
                    </b>,
                    <PermissionSummary
                      key="permissions"
                      permissions={role.permissions}
                      all={permissions}
                      about={role.source === 'built-in' ? builtIn[role.name] : undefined}
                    />,
                    role.people === 0 ? (
                      <span key="people" className="soft">
                        {words.nobody}
                      </span>
                    ) : (
                      <Go key="people" to="/users" search={{ role: role.name }}>
                        {words.people(count(role.people))}
                      </Go>
                    ),
                    words.sources[role.source],
                    <RoleActs key="acts" role={role} onEdit={setEditing} />,
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

function RoleActs({
  role: { name, permissions, source },
  onEdit,
}: {
  readonly role: Role
  readonly onEdit: (role: Editing) => void
}) {
  const words = { ...useWords(accessWords), ...useWords(permissionWords) }
  const confirm = useConfirm()
  const remove = useChange(() => deleteRole(api, { name }))
  const ask = async (): Promise<void> => {
    const answer = await confirm({ title: words.removeTitle(name), action: words.remove, danger: true })
    if (answer !== false) remove.mutate(undefined, told(words.removed))
  }
  const copy = { old: '', name: words.copyName(name), permissions }
  return (
    <div className={styles.acts}>
      {source === 'own' && (
        <>
          <Act label={words.edit} permission={MANAGE} onAct={() => onEdit({ old: name, name, permissions })} />
          <Act label={words.remove} permission={MANAGE} onAct={() => void ask()} />
        </>
      )}
      <Act label={words.copy} permission={MANAGE} onAct={() => onEdit(copy)} />
    </div>
  )
}

function RoleDialog({
  role,
  permissions,
  onClose,
}: {
  readonly role: Editing
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
      permission={MANAGE}
      title={role.old === '' ? words.newRole : words.editTitle(role.old)}
      action={words.save}
      opened
      onClose={onClose}
      onSubmit={submit}
    >
      {role.old === '' && (
        <Field name="name" label={words.name} about={words.roleNameAbout} value={name} onChange={setName} required />
      )}
      <PermissionPicker
        label={words.permissions}
        permissions={permissions}
        chosen={chosen}
        onChange={setChosen}
        everything
      />
    </FormDialog>
  )
}
