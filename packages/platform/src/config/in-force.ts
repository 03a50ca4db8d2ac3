import type { SettingInForce } from './config.ts'
import { noteOf, type Settings, settingKeys } from './settings.ts'

/** Every setting with its value as text, in the order in which they are explained; values of secrets are left out. */
export function settingsInForce(settings: Settings): readonly SettingInForce[] {
  return settingKeys.map((name) => {
    const { variable, about, secret = false } = noteOf(name)
    const value: unknown = settings[name]
    const isSet = value !== undefined && !(Array.isArray(value) && value.length === 0)
    return {
      name,
      variable,
      about,
      secret,
      isSet,
      ...(isSet && !secret && { value: Array.isArray(value) ? value.join(', ') : String(value) }),
    }
  })
}
