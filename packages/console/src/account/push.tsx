import { useEffect, useState } from 'react'
import { useWords } from '../i18n/language.tsx'
import { Act } from '../kit/act.tsx'
import { Section } from '../kit/page.tsx'
import { Status } from '../kit/status.tsx'
import { complain, toast } from '../kit/toasts.tsx'
import styles from './account.module.css'
import { hasPush, NO_WORKER, pushHere, startPushHere, stopPushHere } from './push-here.ts'
import { accountWords } from './words.ts'

/** Messages for oneself on this device. */
export function Push() {
  const words = useWords(accountWords)
  const [isOn, setOn] = useState(false)
  const [busy, setBusy] = useState(false)
  useEffect(() => {
    if (hasPush()) void pushHere().then((subscription) => setOn(subscription !== null))
  }, [])
  const why = !hasPush() ? words.pushUnknown : Notification.permission === 'denied' ? words.pushDenied : undefined
  const whyNot = ({ name }: DOMException): string => {
    if (Notification.permission === 'denied') return words.pushDenied
    return name === NO_WORKER ? words.pushNoWorker : words.pushFailed
  }
  const turn = async (): Promise<void> => {
    setBusy(true)
    try {
      await (isOn ? stopPushHere() : startPushHere())
      setOn(!isOn)
      toast({ tone: 'good', text: isOn ? words.pushStopped : words.pushStarted })
    } catch (error) {
      // What browsers say of their push service is for its makers.
      if (!(error instanceof DOMException)) complain(error)
      else toast({ tone: 'bad', text: whyNot(error) })
    } finally {
      setBusy(false)
    }
  }
  return (
    <Section title={words.push}>
      <div className={styles.stack}>
        <Status tone={isOn ? 'good' : 'calm'} icon={isOn ? 'alert' : 'info'}>
          {isOn ? words.pushOn : words.pushOff}
        </Status>
        <p className="soft">{words.pushAbout}</p>
        {why !== undefined && <p>{why}</p>}
        <Act
          icon="alert"
          label={isOn ? words.pushStop : words.pushStart}
          why={why}
          busy={busy}
          onAct={() => void turn()}
        />
      </div>
    </Section>
  )
}
