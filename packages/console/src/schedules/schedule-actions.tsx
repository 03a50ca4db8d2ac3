import { useRouter } from '@tanstack/react-router'
import { postSchedulePause, postScheduleResume, postScheduleRun, type Schedule } from '../api.gen.ts'
import { api } from '../api.ts'
import { useWords } from '../i18n/language.tsx'
import { Act } from '../kit/act.tsx'
import { useConfirm } from '../kit/confirm.tsx'
import { complain, toast } from '../kit/toasts.tsx'
import { told } from '../kit/told.ts'
import { useChange } from '../use-api.ts'
import { scheduleWords } from './words.ts'

/** Run it now, pause it, let it go on. */
export function ScheduleActions({
  schedule,
  follow = false,
}: {
  readonly schedule: Schedule
  readonly follow?: boolean
}) {
  const words = useWords(scheduleWords)
  const router = useRouter()
  const { name } = schedule
  const run = useChange(() => postScheduleRun(api, { name }))
  const confirm = useConfirm()
  const pause = useChange((reason: string) => postSchedulePause(api, { name, ...(reason !== '' && { reason }) }))
  const resume = useChange(() => postScheduleResume(api, { name }))
  const askPause = async (): Promise<void> => {
    const answer = await confirm({
      title: words.pauseTitle(name),
      body: words.pauseBody,
      action: words.pauseAction,
      text: { label: words.reason },
    })
    if (answer !== false) pause.mutate(answer.text, told(words.pausedDone))
  }
  const paused = schedule.pausedAt !== undefined
  const gone = schedule.declared ? undefined : words.goneHelp
  return (
    <>
      <Act
        icon="play"
        label={words.runNow}
        of={name}
        permission="schedules.manage"
        why={gone}
        busy={run.isPending}
        onAct={() =>
          run.mutate(undefined, {
            onSuccess: ({ runId, runs }) => {
              const text = runs > 1 ? words.startedEach(String(runs)) : words.started(String(runId))
              toast({ tone: 'good', text })
              if (follow) void router.navigate({ to: `/runs/${runId}` })
            },
            onError: complain,
          })
        }
      />
      <Act
        icon={paused ? 'play' : 'pause'}
        label={paused ? words.resume : words.pause}
        of={name}
        permission="schedules.manage"
        why={gone}
        busy={pause.isPending || resume.isPending}
        onAct={() => (paused ? resume.mutate(undefined, told(words.resumedDone)) : void askPause())}
      />
    </>
  )
}
