import { ELSEWHERE } from '../live/use-live.ts'
import { useMe } from '../session/me.ts'
import { namesOrganisations } from './complete.ts'

/** What makes a filter find what belongs to that organisation: nothing for one's own. */
export function useReach(): (org: string) => string {
  const me = useMe()
  return (org) => (org === me.org.id ? '' : ` org:${org}`)
}

/** The topic of a list: of other organisations nobody is told. */
export function topicOf(topic: string, filter: string): string {
  return namesOrganisations(filter) ? ELSEWHERE : topic
}
