import { NativeSelect } from '@mantine/core'
import { putMeOrganisation } from '../api.gen.ts'
import { api } from '../api.ts'
import { useWords } from '../i18n/language.tsx'
import { complain } from '../kit/toasts.tsx'
import { shell } from '../shell/words.ts'
import { setLeaving } from './leaving.ts'
import { useProfile } from './profile.ts'

/** Works in another organisation; everything shown is loaded anew. */
export async function moveTo(id: string): Promise<void> {
  setLeaving(true)
  try {
    await putMeOrganisation(api, { id })
    window.location.assign('/')
  } catch (error) {
    setLeaving(false)
    complain(error)
  }
}

/** Chooses the organisation one works in. Absent for whoever has one only. */
export function OrganisationSwitch() {
  const words = useWords(shell)
  const profile = useProfile()
  if (profile === undefined || profile.organisations.length < 2) return null
  return (
    <NativeSelect
      label={words.organisation}
      value={profile.organisation.id}
      onChange={(event) => void moveTo(event.currentTarget.value)}
      data={profile.organisations.map(({ id, name }) => ({ value: id, label: name }))}
      translate="no"
    />
  )
}
