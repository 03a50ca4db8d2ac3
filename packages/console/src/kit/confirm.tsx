import { Button, TextInput } from '@mantine/core'
import { createContext, type ReactNode, useContext, useRef, useState } from 'react'
import { common } from '../i18n/common.ts'
import { useFigures, useWords } from '../i18n/language.tsx'
import { useRefusal } from './act.tsx'
import styles from './confirm.module.css'
import { Dialog } from './dialog.tsx'

/** What is asked before something is done that is hard to undo. */
export interface Question {
  readonly title: string
  readonly body?: ReactNode
  /** On the button. */
  readonly action: string
  /** On the one that does nothing. Default: leave it as it is. */
  readonly refuse?: string
  readonly danger?: boolean
  /** Without which it cannot be done: somebody may lose it while they are asked. */
  readonly permission?: string
  /** How many it concerns; above 100 the number has to be typed. */
  readonly count?: number
  /** Asks for a line of text, such as a reason. */
  readonly text?: { readonly label: string; readonly initial?: string }
}

/** What was answered; false for no. */
export type Answer = false | { readonly text: string }

const TYPED_ABOVE = 100

const Asking = createContext<(question: Question) => Promise<Answer>>(async () => false)

/** Asks a person: `if (await confirm({ … })) …`. */
export function useConfirm(): (question: Question) => Promise<Answer> {
  return useContext(Asking)
}

/** Where the questions appear. */
export function ConfirmProvider({ children }: { readonly children: ReactNode }) {
  const [question, setQuestion] = useState<Question>()
  const [opened, setOpened] = useState(false)
  const settle = useRef<(answer: Answer) => void>(() => {})
  const ask = useRef((next: Question) => {
    settle.current(false)
    setQuestion(next)
    setOpened(true)
    return new Promise<Answer>((resolve) => {
      settle.current = resolve
    })
  })
  const answer = (given: Answer): void => {
    setOpened(false)
    settle.current(given)
  }
  return (
    <Asking value={ask.current}>
      {children}
      <Dialog opened={opened} onClose={() => answer(false)} title={question?.title} size="md">
        {question !== undefined && <Body key={question.title} question={question} onAnswer={answer} />}
      </Dialog>
    </Asking>
  )
}

function Body({ question, onAnswer }: { readonly question: Question; readonly onAnswer: (answer: Answer) => void }) {
  const words = useWords(common)
  const figures = useFigures()
  const { body, action, danger = false, count = 0, text, permission } = question
  const refusal = useRefusal()(permission)
  const [typed, setTyped] = useState('')
  const [line, setLine] = useState(text?.initial ?? '')
  const word = figures.count(count)
  const mustType = count > TYPED_ABOVE
  const digits = (value: string): string => value.replace(/\D/g, '')
  const ready = refusal === undefined && (!mustType || digits(typed) === String(count))
  return (
    <form
      className={styles.body}
      onSubmit={(event) => {
        event.preventDefault()
        if (ready) onAnswer({ text: line.trim() })
      }}
    >
      {body !== undefined && <div className={styles.text}>{body}</div>}
      {text !== undefined && (
        <TextInput
          label={text.label}
          value={line}
          onChange={(event) => setLine(event.currentTarget.value)}
          data-autofocus
        />
      )}
      {mustType && (
        <TextInput
          label={words.confirmTyped(word)}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          autoComplete="off"
          inputMode="numeric"
          data-autofocus
        />
      )}
      {refusal !== undefined && <p role="alert">{refusal}</p>}
      <div className={styles.buttons}>
        <Button variant="default" onClick={() => onAnswer(false)}>
          {question.refuse ?? words.leaveAsIs}
        </Button>
        <Button type="submit" color={danger ? 'red' : 'teal'} disabled={!ready} data-autofocus={!danger || undefined}>
          {action}
        </Button>
      </div>
    </form>
  )
}
