import { deleteRun } from '../api.gen.ts'
import { api } from '../api.ts'
import { Act } from '../kit/act.tsx'
import { useConfirm } from '../kit/confirm.tsx'
import { complain, toast } from '../kit/toasts.tsx'
import { useMay } from '../session/me.ts'
import { useChange } from '../use-api.ts'

/** A button that asks why, cancels a run, and says what came of it. A workflow is a run; what it says of that is its own. */
export function CancelAct({
  id,
  words,
}: {
  readonly id: number
  readonly words: {
    readonly cancel: string
    readonly cancelTitle: (id: string) => string
    readonly cancelBody: string
    readonly cancelAction: string
    readonly reason: string
    readonly cancelled: string
    readonly requested: string
    readonly alreadyEnded: string
  }
}) {
  const confirm = useConfirm()
  const cancel = useChange((reason: string) => deleteRun(api, { id, ...(reason !== '' && { reason }) }))
  const ask = async (): Promise<void> => {
    const answer = await confirm({
      title: words.cancelTitle(String(id)),
      body: words.cancelBody,
      action: words.cancelAction,
      danger: true,
      text: { label: words.reason },
    })
    if (answer === false) return
    const outcomes = { cancelled: words.cancelled, requested: words.requested, 'already-ended': words.alreadyEnded }
    cancel.mutate(answer.text, {
      onSuccess: ({ outcome }) =>
        toast({ tone: outcome === 'already-ended' ? 'calm' : 'good', text: outcomes[outcome] }),
      onError: complain,
    })
  }
  // Without the permission to see runs one sees those only that one has started, and may cancel.
  const isOwn = !useMay('runs.read')
  return (
    <Act
      icon="stop"
      label={words.cancel}
      tone="danger"
      {...(!isOwn && { permission: 'runs.manage' })}
      busy={cancel.isPending}
      onAct={() => void ask()}
    />
  )
}
