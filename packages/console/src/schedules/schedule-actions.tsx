import { postSchedulePause, postScheduleResume, postScheduleRun, type Schedule } from '../api.gen.ts'
import { api } from '../api.ts'
import { useLanguage, useWords } from '../i18n/language.tsx'
import { Act } from '../kit/act.tsx'
import { useConfirm } from '../kit/confirm.tsx'
import { complain, toast } from '../kit/toasts.tsx'
import { told } from '../kit/told.ts'
import { useChange } from '../use-api.ts'
import { spoken } from './model.ts'
import { scheduleWords } from './words.ts'

/** Run it now, pause it, let it go on. */
export function ScheduleActions({ schedule }: { readonly schedule: Schedule }) {
  const words = useWords(scheduleWords)
  const language = useLanguage()
  const confirm = useConfirm()
  const { name } = schedule
  const run = useChange(() => postScheduleRun(api, { name }))
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
  const fire = async (): Promise<void> => {
    const { description, descriptions } = schedule
    const body = <p translate="no">{descriptions === undefined ? description : spoken(descriptions, language)}</p>
    const question = {
      title: words.runNowTitle(name),
      body,
      action: words.runNowAction,
      permission: 'schedules.manage',
    }
    if ((await confirm(question)) === false) return
    run.mutate(undefined, {
      onSuccess: ({ runId, runs }) =>
        toast({
          tone: 'good',
          text: runs > 1 ? words.startedEach(String(runs)) : words.started(String(runId)),
          link: { to: `/runs/${runId}`, text: words.openRun },
        }),
      onError: complain,
    })
  }
  const paused = schedule.pausedAt !== undefined
  const gone = schedule.declared ? undefined : words.goneHelp
  return (
    <>
      <Act
        id={`schedule.run.${name}`}
        icon="play"
        label={words.runNow}
        of={name}
        permission="schedules.manage"
        why={gone}
        busy={run.isPending}
        onAct={() => void fire()}
      />
      <Act
        id={`schedule.switch.${name}`}
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
