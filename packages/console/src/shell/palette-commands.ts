import { useLanguage, useWords } from '../i18n/language.tsx'
import type { IconName } from '../kit/icon.tsx'
import { setConnection, useConnection } from '../live/connection.ts'
import { setPreferences, usePreferences } from './preferences.ts'
import { shell } from './words.ts'

/** What can be done everywhere: how the console looks, and whether it moves. */
export function useCommands(onShortcuts: () => void) {
  const words = useWords(shell)
  const { theme, density } = usePreferences()
  const language = useLanguage()
  const { paused } = useConnection()
  const commands: readonly (readonly [IconName, string, boolean, () => void])[] = [
    ['sun', `${words.theme} · ${words.light}`, theme === 'light', () => setPreferences({ theme: 'light' })],
    ['moon', `${words.theme} · ${words.dark}`, theme === 'dark', () => setPreferences({ theme: 'dark' })],
    ['screen', `${words.theme} · ${words.auto}`, theme === 'auto', () => setPreferences({ theme: 'auto' })],
    ['settings', `${words.density} · ${words.dense}`, density === 'dense', () => setPreferences({ density: 'dense' })],
    ['settings', `${words.density} · ${words.cosy}`, density === 'cosy', () => setPreferences({ density: 'cosy' })],
    ['settings', words.speakEnglish, language === 'en', () => setPreferences({ language: 'en' })],
    ['settings', words.speakFrench, language === 'fr', () => setPreferences({ language: 'fr' })],
    [paused ? 'play' : 'pause', paused ? words.liveOn : words.liveOff, false, () => setConnection({ paused: !paused })],
    ['info', words.shortcuts, false, onShortcuts],
  ]
  return commands
    .filter(([, , isSo]) => !isSo)
    .map(([icon, label, , run]) => ({ key: `command ${label}`, icon, label, run }))
}
