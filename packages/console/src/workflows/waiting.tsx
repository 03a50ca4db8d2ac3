import { useState } from 'react'
import { postWorkflowSignal, type Workflow } from '../api.gen.ts'
import { api } from '../api.ts'
import { useWords } from '../i18n/language.tsx'
import { Act } from '../kit/act.tsx'
import { Section } from '../kit/page.tsx'
import { toast } from '../kit/toasts.tsx'
import { InputDialog } from '../runs/input-dialog.tsx'
import { useByHand } from '../runs/use-by-hand.ts'
import { useChange } from '../use-api.ts'
import { Accepts } from './accepts.tsx'
import { blankOf, descriptionOf } from './payload.ts'
import { workflowWords } from './words.ts'
import styles from './workflow.module.css'

/** The signals a workflow waits for, and how to send them. */
export function Waiting({ workflow: { id, job, waitingFor } }: { readonly workflow: Workflow }) {
  const words = useWords(workflowWords)
  const whyNot = useByHand()(job)
  const [sending, setSending] = useState<string>()
  const send = useChange((body: { readonly signal: string; readonly payload: unknown }) =>
    postWorkflowSignal(api, { id, ...body }),
  )
  const signal = sending ?? ''
  const payload = waitingFor.find((wait) => wait.signal === signal)?.payload
  const description = descriptionOf(payload)
  return (
    <Section title={words.waits}>
      <ul className={styles.waits}>
        {waitingFor.map((wait) => (
          <li key={wait.step}>
            <span>
              <code translate="no">{wait.signal}</code>{' '}
              {wait.key !== undefined && (
                <span className="soft">
                  {words.waitsKey} <code translate="no">{wait.key}</code>
                </span>
              )}
            </span>
            <Act
              icon="send"
              label={words.send}
              of={wait.signal}
              permission="runs.manage"
              why={whyNot}
              onAct={() => setSending(wait.signal)}
            />
          </li>
        ))}
      </ul>
      <InputDialog
        opened={sending !== undefined}
        title={words.sendTitle(signal)}
        about={words.sendAbout}
        action={words.sendAction}
        field={words.payload}
        input={blankOf(payload)}
        onClose={() => setSending(undefined)}
        onSubmit={async (given) => {
          const { outcome, runId } = await send.mutateAsync({ signal, payload: given })
          toast({ tone: 'good', text: outcome === 'kept' ? words.kept : words.delivered(String(runId ?? id)) })
        }}
      >
        <p>
          {words.sendWaits}{' '}
          {waitingFor.map((wait) => (
            <code key={wait.step} translate="no">
              {wait.signal}{' '}
            </code>
          ))}
        </p>
        {description !== undefined && <p translate="no">{description}</p>}
        {payload !== undefined && <Accepts schema={payload} title={words.sendSchema} />}
      </InputDialog>
    </Section>
  )
}
