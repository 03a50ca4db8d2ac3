import { getProjections } from '../api.gen.ts'
import { useFigures, useWords } from '../i18n/language.tsx'
import { Go } from '../kit/go.tsx'
import { Duration } from '../kit/moment.tsx'
import { Page as Frame, Section } from '../kit/page.tsx'
import { SimpleTable } from '../kit/simple-table.tsx'
import { Answered, State } from '../kit/states.tsx'
import { useApi } from '../use-api.ts'
import { ProjectionActions } from './projection-actions.tsx'
import { behindOf, Standing, shownOf } from './projection-standing.tsx'
import { eventWords } from './words.ts'

/** The projections: how far behind the events they are, and what stopped them. */
export function Page() {
  const words = useWords(eventWords)
  const figures = useFigures()
  const query = useApi(getProjections, {}, { live: 'projections' })
  return (
    <Frame title={words.projections} about={words.projectionsAbout}>
      <Section flush>
        <Answered query={query}>
          {({ items: projections }) =>
            projections.length === 0 ? (
              <State icon="columns" title={words.noProjections} action={<Go to="/events">{words.toEvents}</Go>}>
                {words.noProjectionsNext}
              </State>
            ) : (
              <SimpleTable
                label={words.projections}
                heads={[
                  { title: words.projection },
                  { title: words.state, wraps: true },
                  { title: words.behind, end: true },
                  { title: words.lag, end: true },
                  { title: words.mode },
                  { title: words.acts, acts: true },
                ]}
                rows={projections.map((projection) => ({
                  key: projection.name,
                  cells: [
                    <span key="name" translate="no">
                      {projection.name}
                    </span>,
                    <Standing key="state" projection={projection} />,
                    <span key="behind" translate="no">
                      {behindOf(shownOf(projection) ?? { behind: 0 }, figures)}
                    </span>,
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
