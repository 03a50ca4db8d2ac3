import { Button } from '@mantine/core'
import { FILTER_STATES, parseFilter } from '@regie/platform/filter'
import { type KeyboardEvent, useEffect, useRef, useState } from 'react'
import { common } from '../i18n/common.ts'
import { useWords } from '../i18n/language.tsx'
import { Icon } from '../kit/icon.tsx'
import { useMay, useMe } from '../session/me.ts'
import { complete, meantBy, type Suggestion } from './complete.ts'
import styles from './filter-bar.module.css'
import { STATE_NAMES } from './state-names.ts'
import { filterWords } from './words.ts'

/** The filter of a list: completion as one types, problems in words; Enter applies it. */
export function FilterBar({
  value,
  onChange,
}: {
  readonly value: string
  readonly onChange: (filter: string) => void
}) {
  const words = { ...useWords(common), ...useWords(filterWords) }
  const { jobs, queues } = useMe()
  const everywhere = useMay('runs.everywhere')
  const [text, setText] = useState(value)
  const [suggestions, setSuggestions] = useState<readonly Suggestion[]>([])
  const [chosen, setChosen] = useState(-1)
  const field = useRef<HTMLInputElement>(null)
  useEffect(() => setText(value), [value])
  const { problems, terms } = parseFilter(text)
  const bare = terms.find(({ key, start }) => key === 'job' && !/^-?job:/i.test(text.slice(start)))
  const meant = meantBy(text, STATE_NAMES)
  const stateOf = ({ word, key, meant }: Suggestion): string | undefined => {
    const name = FILTER_STATES.find((state) => state === (meant ?? word))
    return key !== undefined || name === undefined || words.states[name] === name ? undefined : words.states[name]
  }
  const suggest = (now: string, cursor: number): void => {
    const known = { jobs: jobs.map(({ name }) => name), queues, everywhere, states: STATE_NAMES }
    setSuggestions(complete(now, cursor, known))
    setChosen(-1)
  }
  const take = ({ text: next, cursor }: Suggestion): void => {
    setText(next)
    suggest(next, cursor)
    requestAnimationFrame(() => {
      field.current?.focus()
      field.current?.setSelectionRange(cursor, cursor)
    })
  }
  const apply = (next: string): void => {
    setSuggestions([])
    if (parseFilter(next).problems.length === 0) onChange(next.trim())
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    const suggestion = suggestions[chosen]
    const [only] = suggestions
    if (step !== undefined && suggestions.length > 0) {
      event.preventDefault()
      setChosen((chosen + step + suggestions.length + (chosen < 0 && step < 0 ? 1 : 0)) % suggestions.length)
    } else if (event.key === 'Escape') setSuggestions([])
    else if (event.key === 'Enter' && suggestion !== undefined) {
      event.preventDefault()
      take(suggestion)
    } else if (event.key === 'Enter' && only !== undefined && suggestions.length === 1 && only.meant === undefined) {
      // What was only meant may as well be part of a job's name.
      event.preventDefault()
      take(only)
      // A value ends a condition; a key is only its beginning.
      if (only.key === undefined) apply(only.text)
    }
  }
  return (
    <form
      className={styles.bar}
      role="search"
      onSubmit={(event) => {
        event.preventDefault()
        apply(text)
      }}
    >
      <div className={styles.field} data-invalid={problems.length > 0 || undefined}>
        <Icon name="filter" size={14} />
        <input
          ref={field}
          data-filter
          value={text}
          placeholder={words.placeholder}
          aria-label={words.label}
          role="combobox"
          aria-expanded={suggestions.length > 0}
          aria-controls="filter-suggestions"
          aria-activedescendant={chosen < 0 ? undefined : `suggestion-${chosen}`}
          aria-invalid={problems.length > 0}
          aria-describedby={problems.length > 0 ? 'filter-problem' : undefined}
          autoComplete="off"
          autoCapitalize="off"
          spellCheck={false}
          onChange={(event) => {
            setText(event.currentTarget.value)
            suggest(event.currentTarget.value, event.currentTarget.selectionStart ?? 0)
          }}
          onFocus={(event) => suggest(text, event.currentTarget.selectionStart ?? text.length)}
          onBlur={() => setTimeout(() => setSuggestions([]), 150)}
          onKeyDown={onKeyDown}
        />
        {text !== '' && (
          <button
            type="button"
            aria-label={words.clearSearch}
            onClick={() => {
              setText('')
              apply('')
            }}
          >
            <Icon name="cross" size={12} />
          </button>
        )}
        <Button type="submit" size="compact-xs" variant="default" disabled={problems.length > 0}>
          {words.apply}
        </Button>
      </div>
      {problems[0] !== undefined && suggestions.length === 0 && (
        <p id="filter-problem" className={styles.problem} role="alert">
          <Icon name="error" size={13} /> {words.problems[problems[0].code](problems[0].text)}
        </p>
      )}
      {problems.length === 0 && bare !== undefined && suggestions.length === 0 && (
        <p className={styles.hint}>
          {meant === undefined ? words.bare(bare.value.replaceAll('*', '')) : words.meant(meant)}
        </p>
      )}
      <div
        id="filter-suggestions"
        role="listbox"
        aria-label={words.suggestions}
        className={styles.suggestions}
        hidden={suggestions.length === 0}
      >
        {suggestions.map((suggestion, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: Enter in the field takes the chosen one
          // biome-ignore lint/a11y/useFocusableInteractive: the field keeps the focus, as a combobox does
          <div
            key={suggestion.word}
            id={`suggestion-${index}`}
            role="option"
            aria-selected={index === chosen}
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => take(suggestion)}
          >
            <code translate="no">{suggestion.word}</code>
            {suggestion.key !== undefined && <span>{words.keys[suggestion.key]}</span>}
            {stateOf(suggestion) !== undefined && <span>{stateOf(suggestion)}</span>}
          </div>
        ))}
      </div>
    </form>
  )
}
