import { request } from '../api.ts'
import { useWords } from '../i18n/language.tsx'
import { Act } from '../kit/act.tsx'
import { useConfirm } from '../kit/confirm.tsx'
import { toast } from '../kit/toasts.tsx'
import { useChange } from '../use-api.ts'
import type { Queue } from './model.ts'
import { queueWords } from './words.ts'

/** Pauses a queue with a reason, or lets it go on. */
export function QueueSwitch({ queue }: { readonly queue: Queue }) {
  const words = useWords(queueWords)
  const confirm = useConfirm()
  const { name } = queue
  const path = `/api/v1/queues/${encodeURIComponent(name)}`
  const complain = (error: Error): void => toast({ tone: 'bad', text: error.message })
  const pause = useChange((reason: string) =>
    request('POST', `${path}/pause`, { body: reason === '' ? {} : { reason } }),
  )
  const resume = useChange(() => request('POST', `${path}/resume`, { body: {} }))
  const ask = async (): Promise<void> => {
    const answer = await confirm({
      title: words.pauseTitle(name),
      body: words.pauseBody,
      action: words.pauseAction,
      danger: true,
      text: { label: words.reason },
    })
    if (answer === false) return
    pause.mutate(answer.text, {
      onSuccess: () => toast({ tone: 'good', text: words.pausedDone(name) }),
      onError: complain,
    })
  }
  if (queue.pausedAt === undefined)
    return (
      <Act
        icon="pause"
        label={words.pause}
        permission="queues.manage"
        busy={pause.isPending}
        onAct={() => void ask()}
      />
    )
  return (
    <Act
      icon="play"
      label={words.resume}
      tone="primary"
      permission="queues.manage"
      busy={resume.isPending}
      onAct={() =>
        resume.mutate(undefined, {
          onSuccess: () => toast({ tone: 'good', text: words.resumedDone(name) }),
          onError: complain,
        })
      }
    />
  )
}
