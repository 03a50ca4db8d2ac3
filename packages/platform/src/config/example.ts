import { fallbackOf } from './in-force.ts'
import { noteOf, type Settings, settingKeys, settings } from './settings.ts'

/** The text of `.env.example`: every variable with its meaning, what it accepts and its default. A test keeps the committed file equal. */
export function environmentExample(): string {
  const head = [
    '# Every setting of Regie. Copy what you change into the environment of the process, or into regie.config.ts under',
    '# the name in brackets. The environment goes before the file. Settings of an app: REGIE_APP_<ID>, a JSON object.',
    '# Written by `environmentExample()` from packages/platform/src/config/settings.ts; do not edit by hand.',
  ]
  return `${[head.join('\n'), ...settingKeys.map(describeSetting)].join('\n\n')}\n`
}

function describeSetting(key: keyof Settings): string {
  const note = noteOf(key)
  const fallback = defaultOf(key)
  return [
    `# ${note.about} [${key}]`,
    `# Expects ${note.expected}.`,
    `# ${note.variable}=${quoted(fallback ?? note.example ?? '')}`,
  ].join('\n')
}

function defaultOf(key: keyof Settings): string | undefined {
  const fallback = fallbackOf(settings.shape[key])
  if (fallback === undefined) return undefined
  return Array.isArray(fallback) ? fallback.join(',') : String(fallback)
}

function quoted(text: string): string {
  return /[\s<>]/.test(text) ? JSON.stringify(text) : text
}
