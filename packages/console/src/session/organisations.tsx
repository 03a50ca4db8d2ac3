import { NativeSelect } from '@mantine/core'
import { putMeOrganisation } from '../api.gen.ts'
import { api } from '../api.ts'
import { useWords } from '../i18n/language.tsx'
import { complain } from '../kit/toasts.tsx'
import { shell } from '../shell/words.ts'
import { useProfile } from './profile.ts'

/** Works in another organisation; everything shown is loaded anew. Absent for whoever has one only. */
export function OrganisationSwitch() {
  const words = useWords(shell)
  const profile = useProfile()
  if (profile === undefined || profile.organisations.length < 2) return null
  const move = async (id: string): Promise<void> => {
    try {
      await putMeOrganisation(api, { id })
      window.location.assign('/')
    } catch (error) {
      complain(error)
    }
  }
  return (
    <NativeSelect
      label={words.organisation}
      value={profile.organisation.id}
      onChange={(event) => void move(event.currentTarget.value)}
      data={profile.organisations.map(({ id, name }) => ({ value: id, label: name }))}
      translate="no"
    />
  )
}
