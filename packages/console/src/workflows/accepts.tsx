import { useWords } from '../i18n/language.tsx'
import { Code } from '../kit/code.tsx'
import { runWords } from '../runs/words.ts'
import { exampleOf } from './payload.ts'
import styles from './workflow.module.css'

/** What may be written into a field for JSON: an example beside it, and the schema for who wants it all. */
export function Accepts({ schema, title }: { readonly schema: unknown; readonly title: string }) {
  const words = useWords(runWords)
  return (
    <>
      <p className="soft">
        {words.example} <code translate="no">{JSON.stringify(exampleOf(schema))}</code>
      </p>
      <details className={styles.schema}>
        <summary>{title}</summary>
        <Code text={JSON.stringify(schema, null, 2)} label={title} />
      </details>
    </>
  )
}
