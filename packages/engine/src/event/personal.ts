import { ERASED } from './event.ts'

/** Data taken apart: what anybody may read, and what only the person's key opens. */
export interface Split {
  /** The data with placeholders in the place of personal fields. */
  readonly open: unknown
  /** Personal fields by JSON pointer; empty when there are none. */
  readonly fields: Readonly<Record<string, unknown>>
}

/** Takes the personal fields out. `isPersonal` is asked for every field, from the outside in. */
export function split(data: unknown, isPersonal: (pointer: string) => boolean): Split {
  const fields: [string, unknown][] = []
  const visit = (value: unknown, pointer: string): unknown => {
    if (pointer !== '' && isPersonal(pointer)) {
      fields.push([pointer, value])
      return placeholder(value)
    }
    if (Array.isArray(value)) return value.map((item, index) => visit(item, `${pointer}/${index}`))
    if (!isObject(value)) return value
    return Object.fromEntries(
      Object.entries(value).map(([key, field]) => [key, visit(field, `${pointer}/${escaped(key)}`)]),
    )
  }
  const open = visit(data, '')
  return { open, fields: Object.fromEntries(fields) }
}

/** Puts personal fields back into freshly parsed data. */
export function join(open: unknown, fields: Readonly<Record<string, unknown>>): unknown {
  for (const [pointer, value] of Object.entries(fields)) {
    const path = pointer.slice(1).split('/').map(plain)
    const last = path.pop() ?? ''
    const parent = path.reduce<unknown>((place, key) => (isObject(place) ? place[key] : undefined), open)
    // Parsed from JSON that has this field: it is the object's own, whatever its name.
    if (isObject(parent) && Object.hasOwn(parent, last)) parent[last] = value
  }
  return open
}

/** Of the same kind as what it stands for, so that code which reads the event does not stumble. */
function placeholder(value: unknown): unknown {
  if (typeof value === 'string') return ERASED
  if (typeof value === 'number') return 0
  if (typeof value === 'boolean') return false
  if (Array.isArray(value)) return []
  if (!isObject(value)) return null
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, placeholder(field)]))
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

const escaped = (key: string): string => key.replaceAll('~', '~0').replaceAll('/', '~1')
const plain = (key: string): string => key.replaceAll('~1', '/').replaceAll('~0', '~')
