import { Fragment } from 'react'

/** A name of parts, such as `backup.rebuild-index`: where room is short it goes on in the next line after a dot, not within a word. */
export function Dotted({ name }: { readonly name: string }) {
  return (
    <span translate="no">
      {name.split(/(?<=[.:_/])/).map((part, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one name do not move
        <Fragment key={index}>
          {index > 0 && <wbr />}
          {part}
        </Fragment>
      ))}
    </span>
  )
}
