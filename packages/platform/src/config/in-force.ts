import { z } from 'zod'
import type { SettingInForce } from './config.ts'
import { noteOf, type Settings, settingKeys, settings } from './settings.ts'

/** Who said what is in force of a setting, by its name. */
export type SourceOf = (name: string) => SettingInForce['source']

/** What of an app its settings are read from. */
interface AppSettings {
  readonly app: string
  readonly variable: string
  readonly schema: z.ZodType
  readonly values: unknown
  readonly sourceOf: SourceOf
}

// As a name says it that an app has forgotten to call a secret.
const SECRET_NAME = /secret|password|passwd|token|credential|(?:api|private|access|signing)_?key/i

/** Every setting of the platform with its value as text, in the order in which they are explained; values of secrets are left out. */
export function settingsInForce(read: Settings, sourceOf: SourceOf): readonly SettingInForce[] {
  return settingKeys.map((name) => {
    const { variable, about, secret = false } = noteOf(name)
    return inForce(
      { name, variable, about, secret, source: sourceOf(name) },
      read[name],
      fallbackOf(settings.shape[name]),
    )
  })
}

/**
 * The same of an app, in the order of its schema. A field says of itself what it is for in `.meta({ description, french })`,
 * and `secret: true` hides its value; one that is called like a secret is hidden without.
 */
export function appSettingsInForce({
  app,
  variable,
  schema,
  values,
  sourceOf,
}: AppSettings): readonly SettingInForce[] {
  const shape: Readonly<Record<string, z.core.$ZodType>> = schema instanceof z.ZodObject ? schema.shape : {}
  const given = new Map(Object.entries(Object(values)))
  return [...new Set([...Object.keys(shape), ...given.keys()])].map((name) => {
    const field = shape[name]
    const { description = '', french, secret } = (field && z.globalRegistry.get(field)) ?? {}
    return inForce(
      {
        ...{ name: `apps.${app}.${name}`, variable, app, about: description, source: sourceOf(name) },
        ...(typeof french === 'string' && { french }),
        secret: typeof secret === 'boolean' ? secret : SECRET_NAME.test(name),
      },
      given.get(name),
      field && fallbackOf(field),
    )
  })
}

/** What is in force of a field that nobody has set; undefined for nothing. */
export function fallbackOf(field: z.core.$ZodType): unknown {
  const parsed = z.safeParse(field, undefined)
  return parsed.success ? parsed.data : undefined
}

function inForce(
  note: Omit<SettingInForce, 'isSet' | 'value' | 'fallback'>,
  value: unknown,
  fallback: unknown,
): SettingInForce {
  const [shown, otherwise] = [textOf(value), textOf(fallback)]
  return {
    ...note,
    isSet: shown !== undefined,
    ...(!note.secret && shown !== undefined && { value: shown }),
    ...(!note.secret && otherwise !== undefined && { fallback: otherwise }),
  }
}

function textOf(value: unknown): string | undefined {
  if (value === undefined || value === null || (Array.isArray(value) && value.length === 0)) return undefined
  if (Array.isArray(value) && value.every((each) => typeof each !== 'object')) return value.join(', ')
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}
