import { postWorkerDrain, postWorkerResume, type Worker } from '../api.gen.ts'
import { api } from '../api.ts'
import { useWords } from '../i18n/language.tsx'
import { Act } from '../kit/act.tsx'
import { useConfirm } from '../kit/confirm.tsx'
import { told } from '../kit/told.ts'
import { useChange } from '../use-api.ts'
import { workerWords } from './words.ts'

const PERMISSION = 'queues.manage'

/** Lets a process finish and take nothing new, or take runs again. */
export function DrainSwitch({ worker, all }: { readonly worker: Worker; readonly all: readonly Worker[] }) {
  const words = useWords(workerWords)
  const confirm = useConfirm()
  const { epoch, name, alive, drainingAt, queues } = worker
  const drain = useChange(() => postWorkerDrain(api, { epoch }))
  const resume = useChange(() => postWorkerResume(api, { epoch }))
  const ask = async (): Promise<void> => {
    const others = all.filter((other) => other.epoch !== epoch && other.alive && other.drainingAt === undefined)
    const left = queues.filter((queue) => !others.some((other) => other.queues.includes(queue)))
    const answer = await confirm({
      title: words.drainTitle(name),
      body: left.length === 0 ? words.drainBody : `${words.drainBody} ${words.drainLast(left.join(', '))}`,
      action: words.drainAction,
      danger: left.length > 0,
    })
    if (answer !== false) drain.mutate(undefined, told(words.drainDone))
  }
  if (drainingAt !== undefined)
    return (
      <Act
        icon="play"
        label={words.resume}
        of={name}
        tone="primary"
        permission={PERMISSION}
        busy={resume.isPending}
        onAct={() => resume.mutate(undefined, told(words.resumeDone))}
      />
    )
  return (
    <Act
      icon="stop"
      label={words.drain}
      of={name}
      permission={PERMISSION}
      why={alive ? undefined : words.isSilent}
      busy={drain.isPending}
      onAct={() => void ask()}
    />
  )
}
