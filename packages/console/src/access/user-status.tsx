import type { User } from '../api.gen.ts'
import { useWords } from '../i18n/language.tsx'
import { Status } from '../kit/status.tsx'
import { accessWords } from './words.ts'

/** Whether somebody may come in. */
export function UserStatus({ user }: { readonly user: Pick<User, 'disabledAt'> }) {
  const words = useWords(accessWords)
  const isIn = user.disabledAt === undefined
  return (
    <Status tone={isIn ? 'good' : 'bad'} icon={isIn ? 'check' : 'stop'}>
      {isIn ? words.enabled : words.disabled}
    </Status>
  )
}
