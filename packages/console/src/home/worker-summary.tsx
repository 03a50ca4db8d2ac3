import { getWorkers } from '../api.gen.ts'
import { useFigures, useWords } from '../i18n/language.tsx'
import { Go } from '../kit/go.tsx'
import { Count } from '../kit/moment.tsx'
import { Fact, Facts, Section } from '../kit/page.tsx'
import { Answered } from '../kit/states.tsx'
import { Status } from '../kit/status.tsx'
import { useApi } from '../use-api.ts'
import { homeWords } from './words.ts'

/** The processes that run jobs: how many live, and what they have at hand. */
export function WorkerSummary() {
  const words = useWords(homeWords)
  const { count } = useFigures()
  const query = useApi(getWorkers, {}, { live: 'workers' })
  return (
    <Section title={words.workers} aside={<Go to="/workers">{words.allWorkers}</Go>}>
      <Answered query={query} rows={2}>
        {({ items: workers }) => {
          const alive = workers.filter((worker) => worker.alive)
          const silent = workers.length - alive.length
          const leaving = alive.filter(({ drainingAt }) => drainingAt !== undefined).length
          return (
            <Facts>
              <Fact name={words.alive}>
                <Status
                  tone={alive.length === 0 ? 'bad' : leaving > 0 ? 'warn' : 'good'}
                  icon={alive.length === 0 ? 'cross' : leaving > 0 ? 'held' : 'check'}
                >
                  {leaving > 0 ? words.aliveLeaving(count(alive.length), count(leaving)) : count(alive.length)}
                </Status>
              </Fact>
              {silent > 0 && (
                <Fact name={words.silent}>
                  <Status tone="bad" icon="offline">
                    {count(silent)}
                  </Status>
                </Fact>
              )}
              <Fact name={words.atHand}>
                <Count value={alive.reduce((sum, { running }) => sum + running, 0)} />
              </Fact>
            </Facts>
          )
        }}
      </Answered>
    </Section>
  )
}
