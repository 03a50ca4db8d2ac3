import { type App, getApps } from '../api.gen.ts'
import { useWords } from '../i18n/language.tsx'
import { Count } from '../kit/moment.tsx'
import { Fact, Facts, Page as Frame, Section } from '../kit/page.tsx'
import { Answered, State } from '../kit/states.tsx'
import { Status } from '../kit/status.tsx'
import { useAppTitle } from '../shell/app-title.ts'
import { SampleAct } from '../tour/sample.tsx'
import { useApi } from '../use-api.ts'
import { setupWords } from './words.ts'

const COUNTED = ['jobs', 'workflows', 'schedules', 'routes'] as const

/** Every app that is installed. */
export function Page() {
  const words = useWords(setupWords)
  const query = useApi(getApps)
  return (
    <Frame title={words.apps} about={words.appsAbout} actions={<SampleAct />}>
      <Answered query={query}>
        {({ items: apps }) =>
          apps.length === 0 ? (
            <State icon="apps" title={words.noApps}>
              {words.noAppsNext}
            </State>
          ) : (
            apps.map((app) => <One key={app.id} app={app} />)
          )
        }
      </Answered>
    </Frame>
  )
}

function One({ app }: { readonly app: App }) {
  const words = useWords(setupWords)
  const nameOf = useAppTitle()
  return (
    <Section
      title={nameOf({ id: app.id })}
      data
      aside={
        <Status tone={app.on ? 'good' : 'calm'} icon={app.on ? 'check' : 'pause'}>
          {app.on ? words.on : words.off}
        </Status>
      }
    >
      <Facts>
        {COUNTED.map((name) => (
          <Fact key={name} name={words[name]}>
            <Count value={app[name]} />
          </Fact>
        ))}
        {app.migration !== null && (
          <Fact name={words.migration}>
            <span translate="no">{app.migration}</span>
          </Fact>
        )}
        {Object.keys(app.roles).length > 0 && (
          <Fact name={words.roles}>
            <span translate="no">{Object.keys(app.roles).join(', ')}</span>
          </Fact>
        )}
      </Facts>
    </Section>
  )
}
