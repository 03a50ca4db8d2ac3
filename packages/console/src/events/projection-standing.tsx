import type { Projection, Serving } from '../api.gen.ts'
import type { Figures } from '../i18n/figures.ts'
import { useFigures, useWords } from '../i18n/language.tsx'
import type { IconName } from '../kit/icon.tsx'
import { Moment } from '../kit/moment.tsx'
import { Progress } from '../kit/progress.tsx'
import { Status, type Tone } from '../kit/status.tsx'
import styles from './events.module.css'
import { eventWords } from './words.ts'

const SIGNS: Readonly<Record<Serving['state'], readonly [Tone, IconName]>> = {
  live: ['good', 'check'],
  building: ['busy', 'busy'],
  failing: ['warn', 'error'],
  stopped: ['bad', 'stop'],
}

/** What readers see; while there is nothing yet, what is built. */
export function shownOf({ serving, building }: Projection): Serving | undefined {
  return serving ?? building
}

// The API counts no further.
const COUNT_CAP = 100_000

/** How many events it is behind: `12`, `100,000+`. */
export function behindOf({ behind }: Pick<Serving, 'behind'>, { count }: Figures): string {
  return behind >= COUNT_CAP ? `${count(COUNT_CAP)}+` : count(behind)
}

/** The generation of a projection that does not move though there are events for it; the one that is built first. */
export function stuckOf({ serving, building, declared }: Projection): Serving | undefined {
  // What another version of the code has is not this one's to mend.
  if (!declared) return undefined
  return [building, serving].find((each) => each?.stuck !== undefined)
}

/** How a projection is doing: its state, how far what is built has come, and what stopped it. */
export function Standing({ projection }: { readonly projection: Projection }) {
  const words = useWords(eventWords)
  const { serving, building, declared } = projection
  const shown = shownOf(projection)
  if (!declared)
    return (
      <Status tone="warn" icon="held">
        {words.undeclared}
      </Status>
    )
  if (shown === undefined)
    return (
      <Status tone="calm" icon="wait">
        {words.notBegun}
      </Status>
    )
  const [tone, icon] = SIGNS[shown.state]
  const stuck = stuckOf(projection)
  return (
    <div>
      <Status tone={tone} icon={icon}>
        {words.generations[shown.state]}
      </Status>{' '}
      {serving !== undefined && building !== undefined && (
        <Status tone={SIGNS[building.state][0]} icon={SIGNS[building.state][1]}>
          {words.buildingToo}
        </Status>
      )}
      {building?.progress !== undefined && <Built name={projection.name} progress={building.progress} />}
      {stuck !== undefined && <Why generation={stuck} />}
    </div>
  )
}

function Built({ name, progress }: { readonly name: string; readonly progress: NonNullable<Serving['progress']> }) {
  const words = useWords(eventWords)
  const { count } = useFigures()
  const { read, total, perSecond, endsAt } = progress
  return (
    <Progress label={words.builtOf(name)} value={read} max={total}>
      {words.readOf(count(read), count(total))}
      {perSecond !== undefined && ` · ${words.perSecond(count(perSecond < 10 ? perSecond : Math.round(perSecond)))}`}
      {endsAt !== undefined && (
        <>
          {' · '}
          {words.ready} <Moment at={endsAt} />
        </>
      )}
    </Progress>
  )
}

/** Why it does not move, and since when. */
export function Why({ generation }: { readonly generation: Serving }) {
  const words = useWords(eventWords)
  const { count } = useFigures()
  const { stuck, error, failedPosition } = generation
  if (stuck === undefined) return null
  return (
    <span className={styles.why}>
      {words.stuck[stuck.why]} · {words.since} <Moment at={stuck.since} exact />
      {error !== undefined && (
        <>
          {' · '}
          {failedPosition !== undefined && `${words.failedAt(count(failedPosition))} · `}
          <span translate="no">
            {error.code}: {error.message}
          </span>
        </>
      )}
    </span>
  )
}
