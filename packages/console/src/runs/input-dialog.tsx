import { Button } from '@mantine/core'
import { type ReactNode, useEffect, useState } from 'react'
import { common } from '../i18n/common.ts'
import { useWords } from '../i18n/language.tsx'
import { Dialog } from '../kit/dialog.tsx'
import { JsonField, readJson } from '../kit/json-field.tsx'
import { useProblems } from '../kit/problem.ts'
import { useWritten } from '../kit/use-written.ts'
import styles from './run.module.css'
import { runWords } from './words.ts'

/** An input to be changed before something is done with it; what the server has against it stands below the field. */
export function InputDialog({
  opened,
  title,
  about,
  action,
  field,
  input,
  children,
  onClose,
  onSubmit,
}: {
  readonly opened: boolean
  readonly title: string
  readonly about: string
  readonly action: string
  /** What the field is called. Default: the input. */
  readonly field?: string
  readonly input: unknown
  /** Stands above the field: what will come of it, or what it may hold. */
  readonly children?: ReactNode
  readonly onClose: () => void
  readonly onSubmit: (input: unknown) => Promise<void>
}) {
  const shared = useWords(common)
  const words = useWords(runWords)
  const problems = useProblems()
  const { close, send, onChange } = useWritten(onClose)
  const [text, setText] = useState('')
  const [problem, setProblem] = useState<readonly string[]>([])
  const [busy, setBusy] = useState(false)
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is typed must survive the page's updates
  useEffect(() => {
    if (!opened) return
    setText(JSON.stringify(input, null, 2) ?? 'null')
    setProblem([])
  }, [opened])
  const read = readJson(text)
  const submit = async (): Promise<void> => {
    if ('wrongLine' in read) return
    setBusy(true)
    try {
      await send(() => onSubmit(read.value))
      onClose()
    } catch (error) {
      setProblem(problems.lines(error, { input: field ?? words.input }))
    } finally {
      setBusy(false)
    }
  }
  return (
    <Dialog opened={opened} onClose={close} title={title} size="lg" onChange={onChange}>
      <form
        className={styles.dialog}
        onSubmit={(event) => {
          event.preventDefault()
          void submit()
        }}
      >
        <p className="soft">{about}</p>
        {children}
        <JsonField
          name="input"
          label={field ?? words.input}
          text={text}
          error={
            problem.length > 0 &&
            problem.map((line) => (
              <span key={line} className={styles.line}>
                {line}
              </span>
            ))
          }
          onChange={(next) => {
            setText(next)
            setProblem([])
          }}
        />
        <div className={styles.buttons}>
          <Button variant="default" onClick={close}>
            {shared.cancel}
          </Button>
          <Button type="submit" loading={busy} disabled={'wrongLine' in read}>
            {action}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
