import { Button, Loader } from '@mantine/core'
import { useFigures, useWords } from '../i18n/language.tsx'
import { Progress } from '../kit/progress.tsx'
import styles from './errors.module.css'
import { errorWords } from './words.ts'

/** How far it is with many runs, and a way to stop. */
export function UnderWay({
  seen,
  count,
  onStop,
}: {
  readonly seen: number
  readonly count: number
  readonly onStop: () => void
}) {
  const words = useWords(errorWords)
  const { count: write } = useFigures()
  return (
    <div className={styles.outcome}>
      <Loader size={16} />{' '}
      <Progress label={words.runs} value={seen} max={count}>
        {words.progress(write(seen), write(count))}
      </Progress>
      <Button variant="default" size="compact-xs" onClick={onStop}>
        {words.abort}
      </Button>
    </div>
  )
}
