import { getProjections, type Projection, type Serving } from '../api.gen.ts'
import { useFigures, useWords } from '../i18n/language.tsx'
import { Go } from '../kit/go.tsx'
import type { IconName } from '../kit/icon.tsx'
import { Count, Duration } from '../kit/moment.tsx'
import { Page as Frame, Section } from '../kit/page.tsx'
import { SimpleTable } from '../kit/simple-table.tsx'
import { Answered, State } from '../kit/states.tsx'
import { Status, type Tone } from '../kit/status.tsx'
import { useApi } from '../use-api.ts'
import styles from './events.module.css'
import { ProjectionActions } from './projection-actions.tsx'
import { eventWords } from './words.ts'

const SIGNS: Readonly<Record<Serving['state'], readonly [Tone, IconName]>> = {
  live: ['good', 'check'],
  building: ['busy', 'busy'],
  failing: ['warn', 'error'],
  stopped: ['bad', 'stop'],
}

/** The projections: how far behind the events they are, and what stopped them. */
export function Page() {
  const words = useWords(eventWords)
  const query = useApi(getProjections, {}, { live: 'projections' })
  return (
    <Frame title={words.projections} about={words.projectionsAbout}>
      <Section flush>
        <Answered query={query}>
          {({ projections }) =>
            projections.length === 0 ? (
              <State icon="columns" title={words.noProjections} action={<Go to="/events">{words.toEvents}</Go>}>
                {words.noProjectionsNext}
              </State>
            ) : (
              <SimpleTable
                label={words.projections}
                heads={[
                  { title: words.projection },
                  { title: words.state, wide: true },
                  { title: words.behind, end: true },
                  { title: words.lag, end: true },
                  { title: words.mode },
                  { title: words.acts, end: true },
                ]}
                rows={projections.map((projection) => ({
                  key: projection.name,
                  cells: [
                    <span key="name" translate="no">
                      {projection.name}
                    </span>,
                    <Standing key="state" projection={projection} />,
                    <Count key="behind" value={shownOf(projection)?.behind ?? 0} />,
                    <Duration key="lag" ms={shownOf(projection)?.lagMs ?? 0} />,
                    words.modes[projection.mode],
                    <ProjectionActions key="acts" projection={projection} />,
                  ],
                }))}
              />
            )
          }
        </Answered>
      </Section>
    </Frame>
  )
}

/** What readers see; while there is nothing yet, what is built. */
function shownOf({ serving, building }: Projection): Serving | undefined {
  return serving ?? building
}

function Standing({ projection }: { readonly projection: Projection }) {
  const words = useWords(eventWords)
  const { count } = useFigures()
  const { serving, building, declared } = projection
  const shown = shownOf(projection)
  const error = building?.error ?? serving?.error
  const position = building?.failedPosition ?? serving?.failedPosition
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
  return (
    <span>
      <Status tone={tone} icon={icon}>
        {words.generations[shown.state]}
      </Status>{' '}
      {serving !== undefined && building !== undefined && (
        <Status tone={SIGNS[building.state][0]} icon={SIGNS[building.state][1]}>
          {words.buildingToo}
        </Status>
      )}
      {error !== undefined && (
        <span className={styles.why}>
          {position !== undefined && words.failedAt(count(position))}{' '}
          <span translate="no">
            {error.code}: {error.message}
          </span>
        </span>
      )}
    </span>
  )
}
