import { TextInput } from '@mantine/core'
import { Icon } from './icon.tsx'

/** Looks through a list while a person types; `/` goes to it. Stands in a `Toolbar`. */
export function SearchField({
  label,
  hint = label,
  value,
  onChange,
}: {
  /** Said in the field, until something is typed, and to screen readers. */
  readonly label: string
  /** Instead of the label, until something is typed: what can be. */
  readonly hint?: string
  readonly value: string
  readonly onChange: (value: string) => void
}) {
  return (
    <TextInput
      aria-label={label}
      placeholder={hint}
      leftSection={<Icon name="search" size={14} />}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      style={{ flex: '1 1 220px' }}
      type="search"
      data-filter
    />
  )
}
