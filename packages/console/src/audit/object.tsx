import type { Audit } from '../api.gen.ts'
import { Go } from '../kit/go.tsx'
import { objectText, useObjectPath } from './model.ts'

/** What an entry is about, by its name where it has one, and a link to its page. */
export function ObjectLink({
  entry,
  names,
}: {
  readonly entry: Pick<Audit, 'object'>
  readonly names: Readonly<Record<string, string>>
}) {
  const { object } = entry
  const path = useObjectPath(object)
  const name = object && names[object.id]
  const text = (
    <span translate="no" title={objectText(entry)}>
      {name === undefined ? objectText(entry) : `${object?.type}:${name}`}
    </span>
  )
  return path === undefined ? text : <Go to={path}>{text}</Go>
}
