import { type Content, type Html, html } from './html.ts'

/** One column; a `wide` one is left out on narrow screens, where the first cell says the same in its second line. */
export interface Column {
  readonly title: string
  readonly wide?: boolean
  readonly number?: boolean
}

/** A section with a heading and a table, or with what to say when there is nothing. */
export interface Section {
  readonly id: string
  readonly title: string
  readonly caption: string
  readonly columns: readonly Column[]
  readonly rows: readonly { readonly key: string; readonly cells: readonly Content[] }[]
  readonly empty: Html
}

/** Writes a section; the first cell of a row is its header. */
export function section({ id, title, caption, columns, rows, empty }: Section): Html {
  const heading = html`<h2 id="${id}">${title}</h2>`
  if (rows.length === 0)
    return html`<section aria-labelledby="${id}">${heading}<div class="empty">${empty}</div></section>`
  return html`<section aria-labelledby="${id}">${heading}<table><caption class="unseen">${caption}</caption><thead><tr>${columns.map(
    (column) => html`<th scope="col" class="${classOf(column)}">${column.title}</th>`,
  )}</tr></thead><tbody>${rows.map(
    ({ key, cells }) =>
      html`<tr data-key="${key}">${cells.map((cell, index) => writeCell(cell, columns[index], index))}</tr>`,
  )}</tbody></table></section>`
}

function writeCell(cell: Content, column: Column | undefined, index: number): Html {
  const name = column === undefined ? '' : classOf(column)
  return index === 0 ? html`<th scope="row" class="${name}">${cell}</th>` : html`<td class="${name}">${cell}</td>`
}

function classOf({ wide = false, number = false }: Column): string {
  return [wide && 'wide', number && 'number'].filter((name) => name !== false).join(' ')
}
