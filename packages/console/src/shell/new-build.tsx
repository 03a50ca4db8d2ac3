import { Button, CloseButton } from '@mantine/core'
import { useEffect, useRef, useState } from 'react'
import { common } from '../i18n/common.ts'
import { useWords } from '../i18n/language.tsx'
import { isNewBuildThere } from '../installed.ts'
import { Icon } from '../kit/icon.tsx'
import { useConnection } from '../live/connection.ts'
import styles from './new-build.module.css'

const EVERY_MS = 300_000

/** Says that the server has a newer console, and loads it when the person wants it: nothing they write is lost meanwhile. */
export function NewBuild() {
  const words = useWords(common)
  const [state, setState] = useState<'none' | 'there' | 'later'>('none')
  const { hidden, staleSince } = useConnection()
  const isFirst = useRef(true)
  const isAsked = state === 'none' && !hidden && staleSince === undefined
  useEffect(() => {
    if (!isAsked) return
    const wasFirst = isFirst.current
    isFirst.current = false
    const ask = (): void => void isNewBuildThere().then((isThere) => isThere && setState('there'))
    // When somebody comes back to it, or the server does; what has just been loaded is the newest.
    if (!wasFirst) ask()
    const timer = setInterval(ask, EVERY_MS)
    return () => clearInterval(timer)
  }, [isAsked])
  return (
    <div className={styles.place} role="status">
      {state === 'there' && (
        <div className={styles.newer}>
          <Icon name="info" /> <span>{words.newerTitle}</span>
          <Button size="compact-xs" variant="default" onClick={() => window.location.reload()}>
            {words.reload}
          </Button>
          <CloseButton size="sm" aria-label={words.dismiss} onClick={() => setState('later')} />
        </div>
      )}
    </div>
  )
}
