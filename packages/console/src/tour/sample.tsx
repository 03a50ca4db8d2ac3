import { useState } from 'react'
import { getRunsCount, postAppsSample } from '../api.gen.ts'
import { api } from '../api.ts'
import { useWords } from '../i18n/language.tsx'
import { Act } from '../kit/act.tsx'
import { useConfirm } from '../kit/confirm.tsx'
import { Section } from '../kit/page.tsx'
import { told } from '../kit/told.ts'
import { useMay } from '../session/me.ts'
import { useApi, useChange } from '../use-api.ts'
import styles from './tour.module.css'
import { tourWords } from './words.ts'

/** The button that fills the apps with something to look at. */
export function SampleAct({ onDone }: { readonly onDone?: () => void }) {
  const words = useWords(tourWords)
  const fill = useChange(() => postAppsSample(api, {}))
  const confirm = useConfirm()
  const { onSuccess, onError } = told(words.sampled)
  const ask = async (): Promise<void> => {
    const question = { title: words.sampleAsk, body: words.sampleBody, action: words.sample, danger: true }
    if ((await confirm(question)) === false) return
    fill.mutate(undefined, {
      onSuccess: () => {
        onSuccess()
        onDone?.()
      },
      onError,
    })
  }
  return (
    <Act icon="apps" label={words.sample} permission="apps.manage" busy={fill.isPending} onAct={() => void ask()} />
  )
}

/** Offers sample data where nothing has ever run. */
export function SampleOffer() {
  const words = useWords(tourWords)
  const may = { runs: useMay('runs.read'), fill: useMay('apps.manage') }
  // What the platform does by itself, such as backups, is no sign of life.
  const filter = '-job:backup.* -job:cleanup.* -job:privacy.*'
  const { data } = useApi(getRunsCount, { filter }, { live: 'runs', enabled: may.runs && may.fill })
  const [filled, setFilled] = useState(false)
  if (!may.fill || filled || data === undefined || data.count > 0) return null
  return (
    <Section title={words.sampleTitle}>
      <div className={styles.offer}>
        <p>{words.sampleAbout}</p>
        <SampleAct onDone={() => setFilled(true)} />
      </div>
    </Section>
  )
}
