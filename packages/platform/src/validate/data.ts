import type { AnyApp } from '../app/app.ts'
import { didYouMean } from '../config/nearest.ts'
import type { Issue } from '../errors.ts'
import { duplicates, type Examined, issue } from './issues.ts'

// Words of a column's name that tell of a person. `name` alone does not: streets and files have names too.
const PERSONAL =
  /(^|_)(e?_?mail|phone|mobile|fax|birth_?(date|day)|date_of_birth|(first|last|full|given|family|contact|maiden)_?name|surname|iban|address|postal_?code|zip_?code|ssn|social_security|passport|licen[cs]e_plate|latitude|longitude|ip|siren)($|_)/

/** Tables, their organisation, and where personal data lies. */
export function dataIssues({ app, prefix, tables, whole }: Examined): readonly Issue[] {
  const names = tables.map(({ name }) => name)
  return [
    ...names
      .filter((name) => !name.startsWith(prefix))
      .map((name) => issue(name, 'prefix', `a table of ${app.id} is named ${prefix}…`)),
    ...duplicates(names, 'a projection makes a table that is there already'),
    ...tables
      .filter(({ columns }) => columns.length > 0 && !columns.includes('org_id'))
      .map(({ name }) =>
        issue(name, 'organisation', 'it has no column org_id, by which ctx.db finds whose rows are whose'),
      ),
    ...ruleIssues(app, prefix),
    ...(whole ? strayRules(app, prefix, names) : []),
    ...tables.flatMap(({ name, columns }) => uncovered(app, name, columns)),
  ]
}

function ruleIssues({ id, personalData }: AnyApp, prefix: string): readonly Issue[] {
  return [
    ...personalData
      .filter(({ table }) => !table.startsWith(prefix))
      .map(({ kind, table }) =>
        issue(`${id}.${kind}`, 'prefix', `its personal data lies in ${table}, which is not a table of ${id}`),
      ),
    ...duplicates(
      personalData.map(({ kind }) => `${id}.${kind}`),
      'two rules for one kind',
    ),
  ]
}

function strayRules({ id, personalData }: AnyApp, prefix: string, tables: readonly string[]): readonly Issue[] {
  return personalData
    .filter(({ table }) => table.startsWith(prefix) && !tables.includes(table))
    .map(({ kind, table }) =>
      issue(
        `${id}.${kind}`,
        'unknown',
        `no migration makes ${table}, where its personal data lies${didYouMean(table, tables)}`,
      ),
    )
}

function uncovered({ personalData }: AnyApp, table: string, columns: readonly string[]): readonly Issue[] {
  const found = columns.filter((column) => PERSONAL.test(column))
  if (found.length === 0 || personalData.some((rule) => rule.table === table)) return []
  const what = found.length === 1 ? 'looks' : 'look'
  return [
    issue(
      table,
      'personal',
      `${found.join(', ')} ${what} personal, and no rule in personalData says why it is kept and until when`,
    ),
  ]
}
