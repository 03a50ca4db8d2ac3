import { getQueues, getSchedules } from '../api.gen.ts'
import { useLanguage, useWords } from '../i18n/language.tsx'
import { actThere } from '../kit/actions.ts'
import type { IconName } from '../kit/icon.tsx'
import { useMay } from '../session/me.ts'
import { useProfile } from '../session/profile.ts'
import { signOut } from '../session/sign-out.ts'
import { useApi } from '../use-api.ts'
import type { ConsolePage } from './console-app.ts'
import { shell } from './words.ts'

/** Something that can be done from anywhere: its page opens, and does it or asks what it needs. */
export interface DoneElsewhere {
  readonly key: string
  readonly icon: IconName
  readonly label: string
  /** What it is done to. */
  readonly data?: string
  readonly run: () => void
}

/** What may be done from anywhere: what pages have buttons for, and what is done to each queue and schedule. */
export function useDoneElsewhere(
  pages: readonly ConsolePage[],
  may: (asked: { readonly permission?: string }) => boolean,
  open: (path: string) => void,
): { readonly general: readonly DoneElsewhere[]; readonly particular: readonly DoneElsewhere[] } {
  const words = useWords(shell)
  const language = useLanguage()
  const profile = useProfile()
  const maySwitch = useMay('queues.manage')
  const mayRun = useMay('schedules.manage')
  const queues = useApi(getQueues, {}, { enabled: maySwitch })
  const schedules = useApi(getSchedules, {}, { enabled: mayRun })
  const there = (path: string, id: string) => () => {
    open(path)
    actThere(id)
  }
  const ofPages = pages
    .filter(may)
    .flatMap(({ path, acts = [] }) =>
      acts.filter(may).map(({ id, icon, title }) => ({ key: id, icon, label: title[language], run: there(path, id) })),
    )
  const leave = { key: 'sign-out', icon: 'exit', label: words.signOut, run: () => void signOut() } as const
  const ofQueues = (queues.data?.items ?? []).map(({ name, pausedAt }) => {
    const id = `queue.${name}`
    const isPaused = pausedAt !== undefined
    const looks = { icon: isPaused ? 'play' : 'pause', label: isPaused ? words.resumeQueue : words.pauseQueue } as const
    return { key: id, ...looks, data: name, run: there('/queues', id) }
  })
  const ofSchedules = (schedules.data?.items ?? [])
    .filter(({ declared }) => declared)
    .flatMap(({ name, pausedAt }): readonly DoneElsewhere[] => {
      const path = `/schedules/${encodeURIComponent(name)}`
      const [run, turn] = [`schedule.run.${name}`, `schedule.switch.${name}`]
      const isPaused = pausedAt !== undefined
      const label = isPaused ? words.resumeSchedule : words.pauseSchedule
      return [
        { key: run, icon: 'play', label: words.runSchedule, data: name, run: there(path, run) },
        { key: turn, icon: isPaused ? 'play' : 'pause', label, data: name, run: there(path, turn) },
      ]
    })
  return {
    general: [...ofPages, ...(profile?.sessionId === undefined ? [] : [leave])],
    particular: [...ofQueues, ...ofSchedules],
  }
}
