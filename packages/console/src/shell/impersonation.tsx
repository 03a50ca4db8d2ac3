import { Button } from '@mantine/core'
import { useState } from 'react'
import { deleteMeImpersonation } from '../api.gen.ts'
import { api } from '../api.ts'
import { useFigures, useWords } from '../i18n/language.tsx'
import { Icon } from '../kit/icon.tsx'
import { useNow } from '../kit/moment.tsx'
import { complain } from '../kit/toasts.tsx'
import { setLeaving } from '../session/leaving.ts'
import { useProfile } from '../session/profile.ts'
import styles from './header.module.css'
import { shell } from './words.ts'

/** Says through whose eyes one looks, as long as one does, with the way back. */
export function Impersonation() {
  const words = useWords(shell)
  const figures = useFigures()
  const now = useNow()
  const profile = useProfile()
  const [busy, setBusy] = useState(false)
  if (profile?.impersonation === undefined) return null
  const stop = async (): Promise<void> => {
    setBusy(true)
    setLeaving(true)
    try {
      await deleteMeImpersonation(api)
      window.location.assign(`/users/${profile.id}`)
    } catch (error) {
      setBusy(false)
      setLeaving(false)
      complain(error)
    }
  }
  return (
    <div className={styles.eyes} role="status">
      <Icon name="users" />
      <span>
        {words.eyesOf(profile.name)} {words.eyesUntil(figures.short(Date.parse(profile.impersonation.until), now))}
      </span>
      <Button size="compact-xs" variant="default" loading={busy} onClick={() => void stop()}>
        {words.eyesStop}
      </Button>
    </div>
  )
}
