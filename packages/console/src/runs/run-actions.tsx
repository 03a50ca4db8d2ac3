import { ActionIcon, Menu, Tooltip } from '@mantine/core'
import { ageMs } from '@regie/platform/filter'
import { useRouter } from '@tanstack/react-router'
import { useState } from 'react'
import { postRunRetry, postRuns, type RunDetail } from '../api.gen.ts'
import { api } from '../api.ts'
import { common } from '../i18n/common.ts'
import { useWords } from '../i18n/language.tsx'
import { Act, useRefusal } from '../kit/act.tsx'
import { useOffer } from '../kit/actions.ts'
import { useConfirm } from '../kit/confirm.tsx'
import { Icon } from '../kit/icon.tsx'
import { complain, toast } from '../kit/toasts.tsx'
import { useChange } from '../use-api.ts'
import { CancelAct } from './cancel-act.tsx'
import { InputDialog } from './input-dialog.tsx'
import { isRetrying } from './run-standing.tsx'
import { isEnded } from './run-state.ts'
import { useByHand } from './use-by-hand.ts'
import { runWords } from './words.ts'

const PERMISSION = 'runs.manage'

/** What can be done with one run. */
export function RunActions({ run }: { readonly run: RunDetail }) {
  const words = { ...useWords(common), ...useWords(runWords) }
  const confirm = useConfirm()
  const router = useRouter()
  const refusal = useRefusal()(PERMISSION)
  const whyNotGiven = useByHand()(run.job)
  const [dialog, setDialog] = useState<'edit' | 'clone'>()
  const ended = isEnded(run.state)
  // Nobody need wait for a try that fails again.
  const mends = ended || isRetrying(run)
  const retry = useChange((body: { readonly input?: unknown; readonly delayMs?: number }) =>
    postRunRetry(api, { id: run.id, ...body }),
  )
  const enqueue = useChange((input: unknown) =>
    postRuns(api, { job: run.job, input, queue: run.queue, priority: run.priority, tags: run.tags }),
  )
  const now = async (): Promise<void> => {
    const question = { title: words.againTitle, body: words.againBody, action: words.retryNow, permission: PERMISSION }
    if (run.state === 'succeeded' && (await confirm(question)) === false) return
    retry.mutate({}, { onSuccess: retried, onError: complain })
  }
  const retried = () => toast({ tone: 'good', text: words.retried })
  const later = async (): Promise<void> => {
    const answer = await confirm({
      title: words.retryLaterTitle,
      ...(run.state === 'succeeded' && { body: words.againBody }),
      action: words.retry,
      permission: PERMISSION,
      text: { label: words.retryLaterLabel, initial: '10m' },
    })
    if (answer === false) return
    const delayMs = ageMs(answer.text)
    if (delayMs === undefined) return toast({ tone: 'bad', text: words.badDelay })
    retry.mutate({ delayMs }, { onSuccess: retried, onError: complain })
  }
  const whyNotLater = refusal ?? (mends ? undefined : words.notEnded)
  useOffer({
    icon: 'clock',
    label: words.retryLater,
    reason: whyNotLater,
    onAct: () => void later(),
  })
  useOffer({
    icon: 'copy',
    label: words.clone,
    reason: whyNotGiven,
    onAct: () => setDialog('clone'),
  })
  return (
    <>
      <Act
        icon="edit"
        label={words.editRetry}
        permission={PERMISSION}
        why={whyNotGiven ?? (mends ? undefined : words.notEnded)}
        onAct={() => setDialog('edit')}
      />
      <Act
        icon="retry"
        label={words.retryNow}
        tone={run.state === 'failed' || isRetrying(run) ? 'primary' : 'default'}
        permission={PERMISSION}
        why={mends ? undefined : words.notEnded}
        busy={retry.isPending}
        onAct={() => void now()}
      />
      {!ended && <CancelAct run={run} words={words} />}
      <Menu>
        <Menu.Target>
          <Tooltip label={words.actions}>
            <ActionIcon variant="default" aria-label={words.actions}>
              <Icon name="more" />
            </ActionIcon>
          </Tooltip>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item disabled={whyNotLater !== undefined} title={whyNotLater} onClick={() => void later()}>
            {words.retryLater}
          </Menu.Item>
          <Menu.Item disabled={whyNotGiven !== undefined} title={whyNotGiven} onClick={() => setDialog('clone')}>
            {words.clone}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <InputDialog
        opened={dialog === 'edit'}
        title={words.editRetryTitle}
        about={words.editRetryAbout}
        action={words.retry}
        input={run.input}
        onClose={() => setDialog(undefined)}
        onSubmit={async (input) => {
          await retry.mutateAsync({ input })
          retried()
        }}
      />
      <InputDialog
        opened={dialog === 'clone'}
        title={words.cloneTitle}
        about={words.cloneAbout}
        action={words.enqueue}
        input={run.input}
        onClose={() => setDialog(undefined)}
        onSubmit={async (input) => {
          const { id } = await enqueue.mutateAsync(input)
          toast({ tone: 'good', text: words.enqueued(String(id)) })
          void router.navigate({ to: `/runs/${id}` })
        }}
      />
    </>
  )
}
