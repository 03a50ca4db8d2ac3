import { Button } from '@mantine/core'
import { useEffect, useRef, useState } from 'react'
import { useFigures, useWords } from '../i18n/language.tsx'
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
  const [step, setStep] = useState(0)
  const heading = useRef<HTMLHeadingElement>(null)
  const isMoved = useRef(false)
  const steps = [words.steps.first, words.steps.second, words.steps.third]
  const shown = steps[step]
  // biome-ignore lint/correctness/useExhaustiveDependencies: at each other step its title is read out
  useEffect(() => {
    if (isMoved.current) heading.current?.focus()
  }, [step])
  if (toured || shown === undefined) return null
  const go = (next: number): void => {
    isMoved.current = true
    if (next >= steps.length) setToured(true)
    else setStep(next)
  }
  return (
    <section
      className={styles.tour}
      aria-label={words.label}
      onKeyDown={(event) => event.key === 'Escape' && setToured(true)}
    >
      <p className={styles.place}>{words.place(count(step + 1), count(steps.length))}</p>
      <h2 ref={heading} tabIndex={-1}>
        {shown.title}
      </h2>
      <p>{shown.text}</p>
      <div className={styles.buttons}>
        <Button variant="subtle" color="gray" onClick={() => setToured(true)}>
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
