import { Select } from '@mantine/core'
import type { ReactNode } from 'react'
import { useWords } from '../i18n/language.tsx'
import { SearchField } from '../kit/search-field.tsx'
import { Toolbar } from '../kit/toolbar.tsx'
import { useSearchText } from '../kit/use-search.ts'
import { LEVELS, type Level } from './line.ts'
import { logWords } from './words.ts'

/** From which level on, and with which words, in the address. */
export function useLineFilter(usual: Level) {
  const [text, setLevel] = useSearchText('level')
  const [search, setSearch] = useSearchText('q')
  return { level: LEVELS.find((level) => level === text) ?? usual, setLevel, search, setSearch }
}

/** The fields to change it. */
export function LineFilter({
  filter,
  hint,
  children,
}: {
  readonly filter: ReturnType<typeof useLineFilter>
  /** What can be searched. Default: the words. */
  readonly hint?: string
  readonly children?: ReactNode
}) {
  const words = useWords(logWords)
  const { level, setLevel, search, setSearch } = filter
  return (
    <Toolbar>
      <Select
        aria-label={words.level}
        data={LEVELS.map((value) => ({ value, label: words.levels[value] }))}
        value={level}
        allowDeselect={false}
        onChange={(value) => setLevel(LEVELS.find((each) => each === value) ?? level)}
        w={160}
      />
      <SearchField label={words.search} value={search} onChange={setSearch} {...(hint !== undefined && { hint })} />
      {children}
    </Toolbar>
  )
}
