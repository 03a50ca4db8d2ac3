import { Switch, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useFigures, useWords } from '../i18n/language.tsx'
import { Page as Frame } from '../kit/page.tsx'
import { useSearchText } from '../kit/use-search.ts'
import { instantIn } from '../kit/zoned.ts'
import { searchOf } from './line.ts'
import { LineFilter, useLineFilter } from './line-filter.tsx'
import { LinesFrom } from './lines-from.tsx'
import { LinesNow } from './lines-now.tsx'
import { logWords } from './words.ts'

// Whoever types a word does not ask for each of its letters.
const TYPING_MS = 300

/** The log: the newest lines and what is written, or those around an instant. */
export function Page() {
  const words = useWords(logWords)
  const { timeZone } = useFigures()
  const filter = useLineFilter('info')
  const [looks, setLooks] = useSearchText('requests')
  const [from, setFrom] = useSearchText('from')
  const { level, search, setSearch } = filter
  const [asked] = useDebouncedValue(search, TYPING_MS)
  const at = instantIn(from, timeZone)
  const shown = {
    level,
    search,
    asked: { ...searchOf(asked), level, console: looks !== '' },
    looks: looks !== '',
    onSearch: setSearch,
  }
  return (
    <Frame title={words.title} about={words.about}>
      <LineFilter filter={filter} hint={words.hint}>
        <TextInput
          type="datetime-local"
          label={words.from}
          title={words.zone(timeZone)}
          value={from}
          onChange={(event) => setFrom(event.currentTarget.value)}
        />
        <Switch
          label={words.looks}
          checked={looks !== ''}
          style={{ alignSelf: 'center' }}
          onChange={(event) => setLooks(event.currentTarget.checked ? 'shown' : '')}
        />
      </LineFilter>
      {at === undefined ? (
        <LinesNow key={`${level} ${looks}`} {...shown} />
      ) : (
        <LinesFrom {...shown} at={new Date(at).toISOString()} onNow={() => setFrom('')} />
      )}
    </Frame>
  )
}
