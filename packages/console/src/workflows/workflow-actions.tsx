import { useState } from 'react'
import { postWorkflowPause, postWorkflowResume, postWorkflowRetry, type Workflow } from '../api.gen.ts'
import { api } from '../api.ts'
import { useWords } from '../i18n/language.tsx'
import { Act } from '../kit/act.tsx'
import { useConfirm } from '../kit/confirm.tsx'
import { complain, toast } from '../kit/toasts.tsx'
import { CancelAct } from '../runs/cancel-act.tsx'
import { InputDialog } from '../runs/input-dialog.tsx'
import { useByHand } from '../runs/use-by-hand.ts'
import { useChange } from '../use-api.ts'
import { workflowWords } from './words.ts'

const PERMISSION = 'runs.manage'
const RETRIED = new Set(['failed', 'cancelled'])

/** What can be done with the whole of a workflow. */
export function WorkflowActions({ workflow }: { readonly workflow: Workflow }) {
  const words = useWords(workflowWords)
  const confirm = useConfirm()
  const [repairing, setRepairing] = useState(false)
  const whyNotGiven = useByHand()(workflow.job)
  const { id, state, input, endedAt, pausedAt } = workflow
  const done = (text: string) => ({ onSuccess: () => toast({ tone: 'good', text }), onError: complain })
  const pause = useChange((reason: string) => postWorkflowPause(api, { id, ...(reason !== '' && { reason }) }))
  const resume = useChange(() => postWorkflowResume(api, { id }))
  const retry = useChange(() => postWorkflowRetry(api, { id }))
  const begin = useChange((repaired: unknown) => postWorkflowRetry(api, { id, input: repaired }))
  const askPause = async (): Promise<void> => {
    const answer = await confirm({
      title: words.pauseTitle(String(id)),
      body: words.pauseBody,
      action: words.pauseAction,
      text: { label: words.reason },
    })
    if (answer !== false) pause.mutate(answer.text, done(words.pauseDone))
  }
  if (endedAt !== undefined)
    return (
      <>
        <Act
          icon="edit"
          label={words.repair}
          permission={PERMISSION}
          why={whyNotGiven ?? (RETRIED.has(state) ? undefined : words.notRetry)}
          onAct={() => setRepairing(true)}
        />
        <Act
          icon="retry"
          label={words.retry}
          tone="primary"
          permission={PERMISSION}
          why={RETRIED.has(state) ? undefined : words.notRetry}
          busy={retry.isPending}
          onAct={() => retry.mutate(undefined, done(words.retryDone))}
        />
        <InputDialog
          opened={repairing}
          title={words.repairTitle}
          about={words.repairAbout}
          action={words.repairAction}
          input={input}
          onClose={() => setRepairing(false)}
          onSubmit={async (repaired) => {
            await begin.mutateAsync(repaired)
            toast({ tone: 'good', text: words.repairDone })
          }}
        />
      </>
    )
  return (
    <>
      {pausedAt === undefined ? (
        <Act
          icon="pause"
          label={words.pause}
          permission={PERMISSION}
          busy={pause.isPending}
          onAct={() => void askPause()}
        />
      ) : (
        <Act
          icon="play"
          label={words.resume}
          tone="primary"
          permission={PERMISSION}
          busy={resume.isPending}
          onAct={() => resume.mutate(undefined, done(words.resumeDone))}
        />
      )}
      <CancelAct run={workflow} words={words} />
    </>
  )
}
