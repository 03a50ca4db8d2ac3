import { postQueuePause, postQueueResume, type Queue } from '../api.gen.ts'
import { api } from '../api.ts'
import { useWords } from '../i18n/language.tsx'
import { Act } from '../kit/act.tsx'
import { useConfirm } from '../kit/confirm.tsx'
import { toast } from '../kit/toasts.tsx'
import { useChange } from '../use-api.ts'
import { queueWords } from './words.ts'

/** Pauses a queue with a reason, or lets it go on. */
export function QueueSwitch({ queue }: { readonly queue: Queue }) {
  const words = useWords(queueWords)
  const confirm = useConfirm()
  const { name } = queue
  const complain = (error: Error): void => toast({ tone: 'bad', text: error.message })
  const pause = useChange((reason: string) => postQueuePause(api, { name, ...(reason !== '' && { reason }) }))
  const resume = useChange(() => postQueueResume(api, { name }))
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
