import { NativeSelect } from '@mantine/core'
import { useState } from 'react'
import { getErrorsAssignees, postErrorAssign, postErrorMute, postErrorResolve, postErrorUnmute } from '../api.gen.ts'
import { api } from '../api.ts'
import { common } from '../i18n/common.ts'
import { useFigures, useWords } from '../i18n/language.tsx'
import { Act } from '../kit/act.tsx'
import { FormDialog } from '../kit/form.tsx'
import { toast } from '../kit/toasts.tsx'
import { told } from '../kit/told.ts'
import { type Until, UntilField, untilOf } from '../kit/until.tsx'
import { useMay, useMe } from '../session/me.ts'
import { useApi, useChange } from '../use-api.ts'
import type { ErrorGroup } from './model.ts'
import { errorWords } from './words.ts'

/** Mutes a group, hears of it again, or says that its cause is gone. */
export function CareActions({ group }: { readonly group: ErrorGroup }) {
  const words = useWords(errorWords)
  const [muting, setMuting] = useState(false)
  const act = useChange((verb: 'unmute' | 'resolve') =>
    (verb === 'unmute' ? postErrorUnmute : postErrorResolve)(api, { fingerprint: group.fingerprint }),
  )
  const carryOut = (verb: 'unmute' | 'resolve', text: string): void => act.mutate(verb, told(text))
  return (
    <>
      {group.state === 'muted' ? (
        <Act
          icon="play"
          label={words.unmute}
          permission="runs.manage"
          busy={act.isPending}
          onAct={() => carryOut('unmute', words.unmuted)}
        />
      ) : (
        <Act icon="held" label={words.mute} permission="runs.manage" onAct={() => setMuting(true)} />
      )}
      <Act
        icon="check"
        label={words.resolve}
        permission="runs.manage"
        why={group.state === 'resolved' ? words.alreadyResolved : undefined}
        busy={act.isPending}
        onAct={() => carryOut('resolve', words.resolved)}
      />
      {muting && <MuteDialog group={group} onClose={() => setMuting(false)} />}
    </>
  )
}

function MuteDialog({ group, onClose }: { readonly group: ErrorGroup; readonly onClose: () => void }) {
  const words = useWords(errorWords)
  const { timeZone } = useFigures()
  const [until, setUntil] = useState<Until>({ choice: 'open', at: '' })
  const mute = useChange((end: string | undefined) =>
    postErrorMute(api, { fingerprint: group.fingerprint, until: end }),
  )
  const submit = async (): Promise<void> => {
    await mute.mutateAsync(untilOf(until, Date.now(), timeZone))
    toast({ tone: 'good', text: words.muted })
  }
  return (
    <FormDialog
      permission="runs.manage"
      title={words.muteTitle}
      action={words.muteAction}
      opened
      onClose={onClose}
      onSubmit={submit}
    >
      <p>{words.muteAbout}</p>
      <UntilField name="until" label={words.howLong} value={until} onChange={setUntil} open={words.untilReturn} />
    </FormDialog>
  )
}

/** Who looks after a group, and a choice of somebody else. */
export function Assignee({ group }: { readonly group: ErrorGroup }) {
  const words = { ...useWords(common), ...useWords(errorWords) }
  const me = useMe()
  const may = useMay('runs.manage')
  const { data } = useApi(getErrorsAssignees, {}, { enabled: may })
  const assign = useChange((to: string | null) => postErrorAssign(api, { fingerprint: group.fingerprint, to }))
  if (!may) return <span translate="no">{group.assignee?.name ?? words.none}</span>
  const people = data?.items ?? []
  return (
    <NativeSelect
      size="xs"
      aria-label={words.assignee}
      value={group.assignee?.id ?? ''}
      disabled={assign.isPending}
      onChange={({ currentTarget: { value } }) =>
        assign.mutate(value === '' ? null : value, told(words.assigned(people.find(({ id }) => id === value)?.name)))
      }
    >
      <option value="">{words.nobody}</option>
      {people.map(({ id, name }) => (
        <option key={id} value={id} translate="no">
          {id === me.principal.id ? words.myself(name) : name}
        </option>
      ))}
    </NativeSelect>
  )
}
