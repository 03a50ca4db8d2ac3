import { getSettings, type Setting } from '../api.gen.ts'
import { useLanguage, useWords } from '../i18n/language.tsx'
import { Page as Frame, Section } from '../kit/page.tsx'
import { SearchField } from '../kit/search-field.tsx'
import { SimpleTable } from '../kit/simple-table.tsx'
import { Answered, EmptyByFilter } from '../kit/states.tsx'
import { Toolbar } from '../kit/toolbar.tsx'
import { useSearchText } from '../kit/use-search.ts'
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
  const wanted = text.toLowerCase()
  return (
    <Frame title={words.settings} about={words.settingsAbout}>
      <NoMailServer />
      <Toolbar>
        <SearchField label={words.find} value={text} onChange={setText} />
      </Toolbar>
      <Section flush>
        <Answered query={query}>
          {({ items: all }) => {
            const settings = language === 'fr' ? all.map(inFrench) : all
            const found = settings.filter(({ name, variable, about }) =>
              `${name} ${variable} ${about}`.toLowerCase().includes(wanted),
            )
            return found.length === 0 ? <EmptyByFilter onClear={() => setText('')} /> : <Table settings={found} />
          }}
        </Answered>
      </Section>
    </Frame>
  )
}

function inFrench(setting: Setting): Setting {
  return { ...setting, about: FRENCH_NOTES[setting.variable] ?? setting.about }
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
      rows={settings.map(({ name, variable, about, isSet, value }) => ({
        key: name,
        cells: [
          <div key="name" translate="no">
            <code>{variable}</code>
            <br />
            <small className="soft">{about}</small>
          </div>,
          value === undefined ? (
            <span key="value" className="soft">
              {isSet ? words.hidden : words.unset}
            </span>
          ) : (
            <code key="value" translate="no">
              {value}
            </code>
          ),
        ],
      }))}
    />
  )
}
