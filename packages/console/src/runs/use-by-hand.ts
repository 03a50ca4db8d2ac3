import { useWords } from '../i18n/language.tsx'
import { useRefusal } from '../kit/act.tsx'
import { useMe } from '../session/me.ts'
import { runWords } from './words.ts'

/** Says why somebody may not start a job by hand, give a run of it another input, or send it a signal; undefined where they may. */
export function useByHand(): (job: string) => string | undefined {
  const words = useWords(runWords)
  const refusal = useRefusal()
  const { jobs } = useMe()
  return (job) => {
    const permission = jobs.find(({ name }) => name === job)?.permission
    return refusal('runs.manage') ?? (permission === 'nobody' ? words.internalJob : refusal(permission))
  }
}
