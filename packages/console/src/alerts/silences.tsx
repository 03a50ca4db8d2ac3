import { useState } from 'react'
import { type AlertsSilence, getAlertsSilences, postAlertsSilenceEnd, postAlertsSilences } from '../api.gen.ts'
import { api } from '../api.ts'
import { useFigures, useWords } from '../i18n/language.tsx'
import { Act } from '../kit/act.tsx'
import { Field, FormDialog } from '../kit/form.tsx'
import { Moment, useNow } from '../kit/moment.tsx'
import { Section } from '../kit/page.tsx'
import { SimpleTable } from '../kit/simple-table.tsx'
import { Answered } from '../kit/states.tsx'
import { Status } from '../kit/status.tsx'
import { toast } from '../kit/toasts.tsx'
import { told } from '../kit/told.ts'
import { type Until, UntilField, untilOf } from '../kit/until.tsx'
import { useApi, useChange } from '../use-api.ts'
import styles from './alerts.module.css'
import { alertWords } from './words.ts'

/** The silences that last, or with `all` those that are over too. */
export function Silences({ all }: { readonly all: boolean }) {
  const words = useWords(alertWords)
  const now = useNow()
  const query = useApi(getAlertsSilences, { all }, { live: 'alerts' })
  return (
    <Section title={words.silences} flush>
      <Answered query={query} rows={2}>
        {({ items: silences }) =>
          silences.length === 0 ? (
            <p className={styles.none}>{words.noSilences}</p>
          ) : (
            <SimpleTable
              label={words.silences}
              heads={[
                { title: words.key },
                { title: words.why, wide: true },
                { title: words.state },
                { title: words.until },
                { title: words.act, end: true },
              ]}
              rows={silences.map((silence) => ({ key: silence.id, cells: cellsOf(silence, now, words) }))}
            />
          )
        }
      </Answered>
    </Section>
  )
}

type Words = ReturnType<typeof useWords<(typeof alertWords)['en']>>

function cellsOf(silence: AlertsSilence, now: number, words: Words) {
  const { id, key, reason, until, endedAt } = silence
  const lasts = endedAt === undefined && Date.parse(until) > now
  return [
    <code key="key" translate="no">
      {key}
    </code>,
    <span key="why" translate="no">
      {reason}
    </span>,
    <Status key="state" tone={lasts ? 'warn' : 'calm'} icon={lasts ? 'held' : 'check'}>
      {lasts ? words.lasts : words.over}
    </Status>,
    <Moment key="until" at={endedAt ?? until} exact />,
    lasts ? <End key="act" id={id} /> : null,
  ]
}

function End({ id }: { readonly id: string }) {
  const words = useWords(alertWords)
  const end = useChange(() => postAlertsSilenceEnd(api, { id }))
  return (
    <Act
      label={words.endSilence}
      permission="alerts.manage"
      busy={end.isPending}
      onAct={() => end.mutate(undefined, told(words.silenceEnded))}
    />
  )
}

/** A button that asks for which alerts, why and how long, and silences them. */
export function SilenceAct({ alert }: { readonly alert?: string }) {
  const words = useWords(alertWords)
  const [asking, setAsking] = useState(false)
  return (
    <>
      <Act
        id={alert === undefined ? 'alert.silence' : undefined}
        icon="pause"
        label={words.silence}
        permission="alerts.manage"
        onAct={() => setAsking(true)}
      />
      {asking && <SilenceDialog alert={alert ?? ''} onClose={() => setAsking(false)} />}
    </>
  )
}

function SilenceDialog({ alert, onClose }: { readonly alert: string; readonly onClose: () => void }) {
  const words = useWords(alertWords)
  const [key, setKey] = useState(alert)
  const [reason, setReason] = useState('')
  const { timeZone } = useFigures()
  const [until, setUntil] = useState<Until>({ choice: 'hour', at: '' })
  const add = useChange((end: string) => postAlertsSilences(api, { key, reason, until: end }))
  const submit = async (): Promise<void> => {
    await add.mutateAsync(untilOf(until, Date.now(), timeZone) ?? '')
    toast({ tone: 'good', text: words.silenced })
  }
  return (
    <FormDialog
      permission="alerts.manage"
      title={words.silenceTitle}
      action={words.silenceAction}
      opened
      onClose={onClose}
      onSubmit={submit}
    >
      <p>{words.silenceAbout}</p>
      <Field name="key" label={words.key} about={words.keyAbout} value={key} onChange={setKey} required />
      <Field name="reason" label={words.why} about={words.whyAbout} value={reason} onChange={setReason} required />
      <UntilField name="until" label={words.howLong} value={until} onChange={setUntil} />
    </FormDialog>
  )
}
