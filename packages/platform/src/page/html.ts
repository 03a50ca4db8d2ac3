/** Text that is HTML already. */
export interface Html {
  readonly html: string
}

/** What a template may hold: text is escaped, HTML is kept, lists are joined, nothing is nothing. */
export type Content = Html | string | number | undefined | false | readonly Content[]

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Builds HTML; whatever is put in is escaped unless it was built here too. */
export function html(parts: TemplateStringsArray, ...values: readonly Content[]): Html {
  return { html: parts.map((part, index) => part + (index < values.length ? render(values[index]) : '')).join('') }
}

function render(content: Content): string {
  if (content === undefined || content === false) return ''
  if (typeof content === 'string' || typeof content === 'number') return escapeText(String(content))
  return isHtml(content) ? content.html : content.map(render).join('')
}

function isHtml(content: Html | readonly Content[]): content is Html {
  return 'html' in content
}

function escapeText(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character)
}

/** A dotted name that may be broken after its dots and dashes only. */
export function breakable(name: string): readonly Html[] {
  return name.split(/(?<=[.-])/).map((part) => html`<wbr>${part}`)
}
