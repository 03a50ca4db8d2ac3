import type { Column } from '../kit/data-table.tsx'
import { namesOrganisations } from './complete.ts'

/** Whose each row is, where the filter names organisations: elsewhere all are one's own. */
export function organisationColumn<Row extends { readonly org: string }>(
  filter: string,
  title: string,
): readonly Column<Row>[] {
  if (!namesOrganisations(filter)) return []
  return [
    {
      id: 'org',
      title,
      width: 140,
      phone: true,
      cell: ({ org }) => (
        <span translate="no" title={org}>
          {org}
        </span>
      ),
    },
  ]
}
