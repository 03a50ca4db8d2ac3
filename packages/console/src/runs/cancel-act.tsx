import { deleteRun, type RunDetail } from '../api.gen.ts'
import { api } from '../api.ts'
import { Act } from '../kit/act.tsx'
import { useConfirm } from '../kit/confirm.tsx'
import { complain, toast } from '../kit/toasts.tsx'
import { useChange } from '../use-api.ts'

/** A button that asks why, cancels a run, and says what came of it. A workflow is a run; what it says of that is its own. */
export function CancelAct({
  run: { id, own },
  words,
}: {
  readonly run: Pick<RunDetail, 'id' | 'own'>
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
    // Once it has ended there is no such button any more, and what a button hears afterwards is lost with it.
    cancel
      .mutateAsync(answer.text)
      .then(({ outcome }) => toast({ tone: outcome === 'already-ended' ? 'calm' : 'good', text: outcomes[outcome] }))
      .catch(complain)
  }
  return (
    <Act
      icon="stop"
      label={words.cancel}
      tone="danger"
      {...(own !== true && { permission: 'runs.manage' })}
      busy={cancel.isPending}
      onAct={() => void ask()}
    />
  )
}
