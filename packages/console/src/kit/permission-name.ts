import { useLanguage } from '../i18n/language.tsx'
import { useMe } from '../session/me.ts'

/** Names a permission by what it lets one do, where that is known, and by its code. */
export function usePermissionName(): (permission: string) => string {
  const language = useLanguage()
  const { described } = useMe()
  return (permission) => {
    const about = described.find(({ name }) => name === permission)?.about[language === 'fr' ? 'fr' : 'en']
    if (about === undefined) return permission
    return language === 'fr' ? `« ${about} » (${permission})` : `“${about}” (${permission})`
  }
}
