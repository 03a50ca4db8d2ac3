import { useState } from 'react'
import { postQueuePause, postQueueResume, type Queue } from '../api.gen.ts'
import { api } from '../api.ts'
import { useFigures, useWords } from '../i18n/language.tsx'
import { Act } from '../kit/act.tsx'
import { Field, FormDialog } from '../kit/form.tsx'
import { toast } from '../kit/toasts.tsx'
import { told } from '../kit/told.ts'
import { type Until, UntilField, untilOf } from '../kit/until.tsx'
import { useChange } from '../use-api.ts'
import { queueWords } from './words.ts'

/** Pauses a queue with a reason and an end, or lets it go on. */
export function QueueSwitch({ queue }: { readonly queue: Queue }) {
  const words = useWords(queueWords)
  const [asking, setAsking] = useState(false)
  const { name } = queue
  const resume = useChange(() => postQueueResume(api, { name }))
  if (queue.pausedAt === undefined)
    return (
      <>
        <Act
          id={`queue.${name}`}
          icon="pause"
          label={words.pause}
          of={name}
          permission="queues.manage"
          onAct={() => setAsking(true)}
        />
        {asking && <PauseDialog name={name} onClose={() => setAsking(false)} />}
      </>
    )
  return (
    <Act
      id={`queue.${name}`}
      icon="play"
      label={words.resume}
      of={name}
      tone="primary"
      permission="queues.manage"
      busy={resume.isPending}
      onAct={() => resume.mutate(undefined, told(words.resumedDone(name)))}
    />
  )
}

function PauseDialog({ name, onClose }: { readonly name: string; readonly onClose: () => void }) {
  const words = useWords(queueWords)
  const [reason, setReason] = useState('')
  const { timeZone } = useFigures()
  const [until, setUntil] = useState<Until>({ choice: 'hour', at: '' })
  const pause = useChange((given: { readonly reason?: string; readonly until?: string }) =>
    postQueuePause(api, { name, ...given }),
  )
  const submit = async (): Promise<void> => {
    const end = untilOf(until, Date.now(), timeZone)
    await pause.mutateAsync({ ...(reason.trim() !== '' && { reason: reason.trim() }), ...(end && { until: end }) })
    toast({ tone: 'good', text: words.pausedDone(name) })
  }
  return (
    <FormDialog
      permission="queues.manage"
      title={words.pauseTitle(name)}
      action={words.pauseAction}
      opened
      onClose={onClose}
      onSubmit={submit}
    >
      <p>{words.pauseBody}</p>
      <Field name="reason" label={words.reason} value={reason} onChange={setReason} />
      <UntilField name="until" label={words.howLong} value={until} onChange={setUntil} open={words.openEnd} />
    </FormDialog>
  )
}
