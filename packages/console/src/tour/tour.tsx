import { Button } from '@mantine/core'
import { useEffect, useRef, useState } from 'react'
import { putMeTour } from '../api.gen.ts'
import { api } from '../api.ts'
import { useFigures, useWords } from '../i18n/language.tsx'
import { complain } from '../kit/toasts.tsx'
import { useProfileQuery } from '../session/profile.ts'
import { usePreference } from '../shell/preferences.ts'
import styles from './tour.module.css'
import { tourWords } from './words.ts'

/**
 * Three steps for whoever is here for the first time. It covers nothing and holds nobody up: a part of the page, which Escape
 * or its button sends away for good.
 */
export function Tour() {
  const words = useWords(tourWords)
  const { count } = useFigures()
  const [toured, setToured] = usePreference('toured')
  const { data: profile, isPending } = useProfileQuery()
  const [step, setStep] = useState(0)
  const heading = useRef<HTMLHeadingElement>(null)
  const isMoved = useRef(false)
  const steps = [words.steps.first, words.steps.second, words.steps.third]
  const shown = steps[step]
  // biome-ignore lint/correctness/useExhaustiveDependencies: at each other step its title is read out
  useEffect(() => {
    if (isMoved.current) heading.current?.focus()
  }, [step])
  // Without accounts, as on a lone machine, this browser alone remembers.
  const isSeen = toured || isPending || profile?.toured === true
  if (isSeen || shown === undefined) return null
  const leave = (): void => {
    setToured(true)
    if (profile !== undefined) void putMeTour(api).catch(complain)
  }
  const go = (next: number): void => {
    isMoved.current = true
    if (next >= steps.length) leave()
    else setStep(next)
  }
  return (
    <section className={styles.tour} aria-label={words.label} onKeyDown={(event) => event.key === 'Escape' && leave()}>
      <p className={styles.place}>{words.place(count(step + 1), count(steps.length))}</p>
      <h2 ref={heading} tabIndex={-1}>
        {shown.title}
      </h2>
      <p>{shown.text}</p>
      <div className={styles.buttons}>
        <Button variant="subtle" color="gray" onClick={leave}>
          {words.skip}
        </Button>
        {step > 0 && (
          <Button variant="default" onClick={() => go(step - 1)}>
            {words.back}
          </Button>
        )}
        <Button onClick={() => go(step + 1)}>{step === steps.length - 1 ? words.done : words.next}</Button>
      </div>
    </section>
  )
}
