import type { GetRolesOutput } from '../api.gen.ts'
import { useLanguage } from '../i18n/language.tsx'

/** Permissions with what each lets a person do, in the language that is spoken. */
export function useDescribed(permissions: GetRolesOutput['permissions']) {
  const language = useLanguage() === 'fr' ? 'fr' : 'en'
  return permissions.map(({ name, about }) => ({ name, about: about[language] }))
}
