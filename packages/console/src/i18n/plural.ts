const ENGLISH = new Intl.PluralRules('en')
const FRENCH = new Intl.PluralRules('fr')

/** A number as it is shown, and what is counted in its English form: `1 run`, `1,200 runs`. */
export function counted(count: string | number, one: string, other: string): string {
  return `${count} ${form(ENGLISH, count, one, other)}`
}

/** The same in French, where 0 and 1.5 are one too: `1 exécution`, `1 200 exécutions`. */
export function compte(count: string | number, one: string, other: string): string {
  return `${count} ${form(FRENCH, count, one, other)}`
}

/** `10,000+` and `1,5` are numbers too. */
function form(rules: Intl.PluralRules, count: string | number, one: string, other: string): string {
  const value =
    typeof count === 'number'
      ? count
      : Number(rules === FRENCH ? count.replace(/[^\d,]/g, '').replace(',', '.') : count.replace(/[^\d.]/g, ''))
  return rules.select(value) === 'one' ? one : other
}
