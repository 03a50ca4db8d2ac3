import { Button, Checkbox, NativeSelect, Textarea, TextInput } from '@mantine/core'
import { createContext, type ReactNode, useContext, useEffect, useRef, useState } from 'react'
import { common } from '../i18n/common.ts'
import { useWords } from '../i18n/language.tsx'
import { useRefusal } from './act.tsx'
import { Dialog } from './dialog.tsx'
import styles from './form.module.css'
import { issueWords } from './issue-words.ts'
import { useProblems } from './problem.ts'
import { useWritten } from './use-written.ts'

/** What is wrong with the fields of a form, by what they are called in the API. */
const WrongFields = createContext<Readonly<Record<string, string>>>({})

/** What a field is for the form around it. */
export interface Named {
  /** As the API calls it, with the way to it in lists: `lines.0.unit`. What the server has against it stands at the field. */
  readonly name: string
  /** As people call it: this is how a refusal names it. */
  readonly label: string
}

/** What is wrong with a field, and what makes it known to its form. */
export function useNamed({ name, label }: Named) {
  const wrong = useContext(WrongFields)[name]
  return { wrong, mark: { 'data-field': name, 'data-label': label } }
}

/** One line of text, or several. */
export function Field({
  name,
  label,
  value,
  onChange,
  about,
  error,
  type = 'text',
  lines,
  required = false,
  hideLabel = false,
  autoComplete = 'off',
  placeholder,
}: Named & {
  readonly value: string
  readonly onChange: (value: string) => void
  readonly about?: string
  /** What is wrong with what was typed. */
  readonly error?: string | undefined
  readonly type?: 'text' | 'email' | 'password' | 'date' | 'number' | 'decimal'
  /** More than one: it grows. */
  readonly lines?: number
  readonly required?: boolean
  /** For screen readers only, as in the cells of a table. */
  readonly hideLabel?: boolean
  readonly autoComplete?: string
  /** An example, which is data: it is not translated, and gone with the first letter. */
  readonly placeholder?: string
}) {
  const { wrong: refused, mark } = useNamed({ name, label })
  const wrong = error ?? refused
  const shared = {
    ...mark,
    value,
    required,
    autoComplete,
    ...(hideLabel ? { 'aria-label': label } : { label }),
    ...(about !== undefined && { description: about }),
    ...(wrong !== undefined && { error: wrong }),
    ...(placeholder !== undefined && { placeholder }),
  }
  if (lines !== undefined)
    return (
      <Textarea {...shared} translate="no" rows={lines} onChange={(event) => onChange(event.currentTarget.value)} />
    )
  return (
    <TextInput
      {...shared}
      type={type === 'decimal' ? 'text' : type}
      {...(type === 'decimal' && { inputMode: 'decimal' as const })}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  )
}

/** One of a few. */
export function Choice({
  name,
  label,
  value,
  onChange,
  options,
}: Named & {
  readonly value: string
  readonly onChange: (value: string) => void
  /** `data`: the label is not translated. */
  readonly options: readonly { readonly value: string; readonly label: string; readonly data?: boolean }[]
}) {
  const { wrong, mark } = useNamed({ name, label })
  return (
    <NativeSelect
      {...mark}
      label={label}
      value={value}
      {...(wrong !== undefined && { error: wrong })}
      onChange={(event) => onChange(event.currentTarget.value)}
    >
      {options.map((option) => (
        <option key={option.value} value={option.value} translate={option.data === true ? 'no' : undefined}>
          {option.label}
        </option>
      ))}
    </NativeSelect>
  )
}

/** Any of several, each with what it means. Names and explanations are data. */
export function Ticks({
  name,
  label,
  chosen,
  onChange,
  options,
}: Named & {
  readonly chosen: readonly string[]
  readonly onChange: (chosen: readonly string[]) => void
  readonly options: readonly { readonly name: string; readonly about?: string }[]
}) {
  const { wrong, mark } = useNamed({ name, label })
  return (
    <Checkbox.Group
      {...mark}
      label={label}
      value={[...chosen]}
      onChange={onChange}
      {...(wrong !== undefined && { error: wrong, 'data-wrong': true })}
    >
      <div className={styles.ticks} translate="no">
        {options.map(({ name, about }) => (
          <Checkbox
            key={name}
            size="sm"
            value={name}
            label={name}
            {...(about !== undefined && { description: about })}
          />
        ))}
      </div>
    </Checkbox.Group>
  )
}

/** A form in a dialog. What the server refuses stands in it, and what was typed stays. */
export function FormDialog({
  title,
  action,
  opened,
  onClose,
  onSubmit,
  permission,
  why,
  danger,
  labels,
  serverChecks,
  children,
}: {
  readonly title: string
  /** On the button. */
  readonly action: string
  /** Hard to undo: the button is red. Default false. */
  readonly danger?: boolean
  readonly opened: boolean
  readonly onClose: () => void
  /** The dialog closes when it resolves, and shows why when it rejects. */
  readonly onSubmit: () => Promise<unknown>
  /** Without which it cannot be sent: somebody may lose it while they write. */
  readonly permission?: string
  /** Why it cannot be sent yet. */
  readonly why?: string | undefined
  /** What is called how that is sent along without being a field, by its name in the API. */
  readonly labels?: Readonly<Record<string, string>>
  /** The server refuses what is missing, too: so everything that is wrong is said at once. */
  readonly serverChecks?: boolean
  readonly children: ReactNode
}) {
  const refusal = useRefusal()(permission)
  const { close, send, onChange } = useWritten(onClose)
  return (
    <Dialog opened={opened} onClose={close} title={title} size="lg" onChange={onChange}>
      <Form
        action={action}
        onSubmit={async () => send(onSubmit).then(onClose)}
        onCancel={close}
        why={refusal ?? why}
        danger={danger}
        labels={labels}
        serverChecks={serverChecks}
      >
        {children}
      </Form>
    </Dialog>
  )
}

/** Fields and the button that sends them. */
export function Form({
  action,
  onSubmit,
  onCancel,
  why,
  danger = false,
  aside,
  labels = {},
  serverChecks = false,
  children,
}: {
  readonly action: string
  readonly onSubmit: () => Promise<unknown>
  readonly onCancel?: () => void
  /** Why it cannot be sent yet. */
  readonly why?: string | undefined
  readonly danger?: boolean | undefined
  /** Stands in the line of the buttons, at its beginning. */
  readonly aside?: ReactNode
  readonly labels?: Readonly<Record<string, string>> | undefined
  readonly serverChecks?: boolean | undefined
  readonly children: ReactNode
}) {
  const words = useWords(common)
  const issues = useWords(issueWords)
  const problems = useProblems()
  const [problem, setProblem] = useState<readonly string[]>([])
  const [wrong, setWrong] = useState<Readonly<Record<string, string>>>({})
  const form = useRef<HTMLFormElement>(null)
  useEffect(() => {
    if (Object.keys(wrong).length > 0) form.current?.querySelector<HTMLElement>(WRONG)?.focus()
  }, [wrong])
  const [busy, setBusy] = useState(false)
  const submit = async (): Promise<void> => {
    setBusy(true)
    setProblem([])
    setWrong({})
    try {
      await onSubmit()
    } catch (error) {
      const shown = labelsWithin(form.current)
      const called = { ...labels, ...shown }
      setProblem(problems.lines(error, called, shown))
      setWrong(problems.fields(error, called))
    } finally {
      setBusy(false)
    }
  }
  // What is wrong stands at each field; here which these are, as the form may be longer than the screen.
  const shown = labelsWithin(form.current)
  const names = Object.keys(wrong).flatMap((name) => shown[name] ?? [])
  const said = [...problem, ...(names.length > 0 ? [words.mend(names.join(', '))] : [])]
  return (
    <form
      ref={(node) => {
        form.current = node
        beginAtField(node)
      }}
      className={styles.form}
      // The browser would say it in its own language, in a bubble.
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        const fields = wrongFields(event.currentTarget, serverChecks)
        if (fields.length === 0) return void submit()
        setProblem([])
        setWrong(Object.fromEntries(fields.map((field) => [field.dataset.field ?? '', wrongText(field, issues)])))
      }}
    >
      <WrongFields value={wrong}>{children}</WrongFields>
      {said.length > 0 && (
        <div className={styles.problem} role="alert" translate="no">
          {said.map((line) => (
            <p key={line}>{line}</p>
          ))}
        </div>
      )}
      <div className={styles.buttons}>
        {aside !== undefined && <div className={styles.aside}>{aside}</div>}
        {why !== undefined && <span className="soft">{why}</span>}
        {onCancel !== undefined && (
          <Button variant="default" onClick={onCancel}>
            {words.cancel}
          </Button>
        )}
        <Button type="submit" loading={busy} disabled={why !== undefined} {...(danger && { color: 'red' })}>
          {action}
        </Button>
      </div>
    </form>
  )
}

/** A dialog that opens gives the focus to its first field, not to what closes it. */
function beginAtField(form: HTMLFormElement | null): void {
  form?.querySelector('input, textarea, select')?.setAttribute('data-autofocus', 'true')
}

type Typed = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement

function wrongFields(form: HTMLFormElement, serverChecks: boolean): readonly Typed[] {
  const fields = [...form.querySelectorAll<Typed>('input, textarea, select')]
  // What an address is the server knows, and it says at once what else is wrong.
  return fields.filter(({ validity: { valid, typeMismatch, valueMissing } }) => {
    return !valid && !typeMismatch && !(serverChecks && valueMissing)
  })
}

// Marked as wrong, or one of several ticks that are.
const WRONG = '[aria-invalid="true"], [data-wrong] input'

/** What the fields are called here, by their names in the API. */
function labelsWithin(form: HTMLFormElement | null): Readonly<Record<string, string>> {
  const fields = [...(form?.querySelectorAll<HTMLElement>('[data-field]') ?? [])]
  return Object.fromEntries(fields.map(({ dataset: { field = '', label = '' } }) => [field, label]))
}

function wrongText({ type, validity }: Typed, words: (typeof issueWords)['en']): string {
  if (validity.valueMissing) return words.missing
  return type === 'number' || type === 'date' ? words[type] : words.form
}
