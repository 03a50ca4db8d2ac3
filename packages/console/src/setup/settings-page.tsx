import { getSettings, type Setting } from '../api.gen.ts'
import { useLanguage, useWords } from '../i18n/language.tsx'
import { groupsOf } from '../kit/groups.ts'
import { Page as Frame, Section } from '../kit/page.tsx'
import { SearchField } from '../kit/search-field.tsx'
import { SimpleTable } from '../kit/simple-table.tsx'
import { Answered, EmptyByFilter } from '../kit/states.tsx'
import { Toolbar } from '../kit/toolbar.tsx'
import { useSearchText } from '../kit/use-search.ts'
import { useAppTitle } from '../shell/app-title.ts'
import { useApi } from '../use-api.ts'
import { NoMailServer } from './no-mail.tsx'
import { FRENCH_NOTES } from './setting-notes.ts'
import { setupWords } from './words.ts'

/** The configuration in force. */
export function Page() {
  const words = useWords(setupWords)
  const [text, setText] = useSearchText('q')
  const query = useApi(getSettings)
  const language = useLanguage()
  const titleOf = useAppTitle()
  const wanted = text.toLowerCase()
  return (
    <Frame title={words.settings} about={words.settingsAbout}>
      <NoMailServer />
      <Toolbar>
        <SearchField label={words.find} value={text} onChange={setText} />
      </Toolbar>
      <Answered query={query}>
        {({ items: all }) => {
          const settings = language === 'fr' ? all.map(inFrench) : all
          const found = settings.filter(({ name, variable, about }) =>
            `${name} ${variable} ${about}`.toLowerCase().includes(wanted),
          )
          if (found.length === 0)
            return (
              <Section>
                <EmptyByFilter onClear={() => setText('')} />
              </Section>
            )
          return [...groupsOf(found, ({ app = '' }) => app)].map(([app, own]) => (
            <Section key={app} title={app === '' ? words.platform : titleOf({ id: app })} data={app !== ''} flush>
              <Table settings={own} />
            </Section>
          ))
        }}
      </Answered>
    </Frame>
  )
}

function inFrench(setting: Setting): Setting {
  return { ...setting, about: setting.french ?? FRENCH_NOTES[setting.variable] ?? setting.about }
}

function Table({ settings }: { readonly settings: readonly Setting[] }) {
  const words = useWords(setupWords)
  return (
    <SimpleTable
      label={words.settings}
      heads={[
        { title: words.setting, wraps: true },
        { title: words.value, wraps: true },
      ]}
      rows={settings.map(({ name, app, variable, about, isSet, value, source, fallback }) => ({
        key: name,
        cells: [
          <div key="name" translate="no">
            <code>{app === undefined ? variable : name}</code>
            <br />
            <small className="soft">{about}</small>
          </div>,
          <div key="value">
            {value === undefined ? (
              <span className="soft">{isSet ? words.hidden : words.unset}</span>
            ) : (
              <code translate="no">{value}</code>
            )}
            <br />
            {isSet && <small className="soft">{words.sources[source]}</small>}
            {isSet && source !== 'default' && fallback !== undefined && (
              <small className="soft">
                {' · '}
                {words.fallback} <code translate="no">{fallback}</code>
              </small>
            )}
          </div>,
        ],
      }))}
    />
  )
}
