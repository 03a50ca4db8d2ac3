import { NativeSelect, TextInput } from '@mantine/core'
import { common } from '../i18n/common.ts'
import { useFigures, useWords } from '../i18n/language.tsx'
import { type Named, useNamed } from './form.tsx'
import { instantIn } from './zoned.ts'

/** How long something lasts: a length in ms, an instant as a date field writes it, or until somebody ends it. */
export interface Until {
  readonly choice: 'open' | 'hour' | 'fourHours' | 'day' | 'week' | 'at'
  /** Of `at`: `2026-11-28T09:30` in the zone of the organisation. */
  readonly at: string
}

const HOUR_MS = 3_600_000
const LENGTHS = { hour: HOUR_MS, fourHours: 4 * HOUR_MS, day: 24 * HOUR_MS, week: 168 * HOUR_MS } as const

/** The end as the API takes it; undefined for none, and for an instant that is not typed yet. */
export function untilOf({ choice, at }: Until, now: number, timeZone: string): string | undefined {
  if (choice === 'open') return undefined
  if (choice !== 'at') return new Date(now + LENGTHS[choice]).toISOString()
  const instant = instantIn(at, timeZone)
  return instant === undefined ? undefined : new Date(instant).toISOString()
}

/** Asks how long. `open` is what no end is called; without it there has to be one. */
export function UntilField({
  name,
  label,
  about,
  value,
  onChange,
  open,
}: Named & {
  readonly about?: string
  readonly value: Until
  readonly onChange: (value: Until) => void
  readonly open?: string
}) {
  const words = useWords(common)
  const { timeZone } = useFigures()
  const end = words.endIn(timeZone)
  const { wrong, mark } = useNamed({ name, label: value.choice === 'at' ? end : label })
  const refused = wrong !== undefined && { error: wrong }
  return (
    <>
      <NativeSelect
        {...(value.choice !== 'at' && { ...mark, ...refused })}
        label={label}
        description={about}
        value={value.choice}
        onChange={(event) => onChange({ ...value, choice: event.currentTarget.value as Until['choice'] })}
      >
        {open !== undefined && <option value="open">{open}</option>}
        <option value="hour">{words.forHour}</option>
        <option value="fourHours">{words.forFourHours}</option>
        <option value="day">{words.forDay}</option>
        <option value="week">{words.forWeek}</option>
        <option value="at">{words.untilInstant}</option>
      </NativeSelect>
      {value.choice === 'at' && (
        <TextInput
          {...mark}
          {...refused}
          type="datetime-local"
          label={end}
          value={value.at}
          required
          onChange={(event) => onChange({ ...value, at: event.currentTarget.value })}
        />
      )}
    </>
  )
}
