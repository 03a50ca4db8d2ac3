import { Act, Fact, Facts, Field, Section, useFigures, useLanguage, useWords } from '@regie/console'
import { useEffect, useRef } from 'react'
import styles from './draft.module.css'
import { Money } from './model.tsx'
import { FIGURES, type Figure, MOST, PLACES, type TypedLine, totalsOf, wrongFigures } from './totals.ts'
import { quoteWords } from './words.ts'

/** A line being written, with what is counted (`u`, `h`, `m²`); the key stays while others come and go. */
export type DraftLine = TypedLine & { readonly key: string; readonly unit: string }

/** A line to be filled in. */
export function emptyLine(): DraftLine {
  return {
    key: crypto.randomUUID(),
    description: '',
    unit: 'u',
    quantity: '1',
    unitPrice: '',
    discount: '0',
    vatRate: '20',
  }
}

// What is all discount says so itself.
function isFree({ discount }: DraftLine, netCents: number | undefined): boolean {
  return netCents === 0 && !/^100\b/.test(discount.trim())
}

/** The lines of a draft, and their totals. */
export function DraftLines({
  lines,
  currency,
  onChange,
}: {
  readonly lines: readonly DraftLine[]
  readonly currency: string | undefined
  readonly onChange: (lines: DraftLine[]) => void
}) {
  const words = useWords(quoteWords)
  const language = useLanguage()
  const totals = totalsOf(lines, language)
  const wrong = lines.map((line) => wrongFigures(line, language))
  const { count } = useFigures()
  const faultOf = (index: number, name: Figure): string | undefined => {
    const fault = wrong[index]?.get(name)
    if (fault === undefined) return undefined
    if (fault === 'form') return words.faults.form[name]
    if (fault === 'large') return words.faults.large(count(MOST[name]))
    return fault === 'places' ? words.faults.places(String(PLACES[name])) : words.faults[fault]
  }
  const list = useRef<HTMLOListElement>(null)
  const many = useRef(lines.length)
  useEffect(() => {
    // Whoever adds a line goes on in it.
    if (lines.length > many.current)
      list.current?.lastElementChild?.querySelector<HTMLElement>('input, textarea')?.focus()
    many.current = lines.length
  }, [lines.length])
  const set = (key: string, change: Partial<DraftLine>): void =>
    onChange(lines.map((line) => (line.key === key ? { ...line, ...change } : line)))
  return (
    <Section title={words.lines}>
      <ol className={styles.lines} ref={list}>
        {lines.map((line, index) => (
          <li key={line.key} className={styles.line}>
            <Field
              name={`lines.${index}.description`}
              label={words.description}
              value={line.description}
              onChange={(description) => set(line.key, { description })}
            />
            <Field
              name={`lines.${index}.unit`}
              label={words.unit}
              value={line.unit}
              onChange={(unit) => set(line.key, { unit })}
            />
            {FIGURES.map((name) => (
              <Field
                key={name}
                name={`lines.${index}.${name}`}
                type="decimal"
                label={words[name]}
                value={line[name]}
                error={faultOf(index, name)}
                onChange={(text) => set(line.key, { [name]: text })}
              />
            ))}
            <output className={styles.amount}>
              {totals.lines[index] !== undefined && <Money cents={totals.lines[index]} currency={currency} />}
              {isFree(line, totals.lines[index]) && <small className="soft">{words.free}</small>}
            </output>
            {lines.length > 1 && (
              <Act
                label={words.removeLine(String(index + 1))}
                onAct={() => onChange(lines.filter(({ key }) => key !== line.key))}
              />
            )}
          </li>
        ))}
      </ol>
      <Act icon="plus" label={words.addLine} onAct={() => onChange([...lines, emptyLine()])} />
      <Facts>
        <Fact name={words.net}>
          <Money cents={totals.netCents} currency={currency} />
        </Fact>
        <Fact name={words.vat}>
          <Money cents={totals.vatCents} currency={currency} />
        </Fact>
        <Fact name={words.total}>
          <b data-total>
            <Money cents={totals.grossCents} currency={currency} />
          </b>
        </Fact>
      </Facts>
    </Section>
  )
}
