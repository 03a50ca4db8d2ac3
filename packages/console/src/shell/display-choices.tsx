import { SegmentedControl, Switch } from '@mantine/core'
import type { ReactNode } from 'react'
import { patchMe } from '../api.gen.ts'
import { api } from '../api.ts'
import { useLanguage, useWords } from '../i18n/language.tsx'
import styles from './display-choices.module.css'
import { setPreferences, usePreferences } from './preferences.ts'
import { shell } from './words.ts'

/** How one wants to see the console: theme, language, density, shortcuts. */
export function DisplayChoices() {
  const words = useWords(shell)
  const language = useLanguage()
  const { theme, density, singleKeys } = usePreferences()
  return (
    <>
      <Choice
        label={words.theme}
        value={theme}
        onChange={(value) => setPreferences({ theme: value as typeof theme })}
        data={[
          { value: 'light', label: words.light },
          { value: 'dark', label: words.dark },
          { value: 'auto', label: words.auto },
        ]}
      />
      <Choice
        label={words.language}
        value={language === 'fr' ? 'fr' : 'en'}
        onChange={(value) => speak(value === 'fr' ? 'fr' : 'en')}
        data={[
          { value: 'en', label: <Own language="en">English</Own> },
          { value: 'fr', label: <Own language="fr">Français</Own> },
        ]}
      />
      <Choice
        label={words.density}
        value={density}
        onChange={(value) => setPreferences({ density: value as typeof density })}
        data={[
          { value: 'dense', label: words.dense },
          { value: 'cosy', label: words.cosy },
        ]}
      />
      <Switch
        size="xs"
        checked={singleKeys}
        label={words.singleKeys}
        onChange={(event) => setPreferences({ singleKeys: event.currentTarget.checked })}
      />
    </>
  )
}

/** Here at once; the server writes to them in it from now on, where there is sign-in and it is they who choose. */
function speak(language: 'en' | 'fr'): void {
  setPreferences({ language })
  patchMe(api, { language }).catch(() => {})
}

function Choice({
  label,
  ...rest
}: {
  readonly label: string
  readonly value: string
  readonly onChange: (value: string) => void
  readonly data: { readonly value: string; readonly label: ReactNode }[]
}) {
  return (
    <div className={styles.choice}>
      <span>{label}</span>
      <SegmentedControl aria-label={label} fullWidth {...rest} />
    </div>
  )
}

/** The name of a language, in that language. */
function Own({ language, children }: { readonly language: string; readonly children: string }) {
  return (
    <span lang={language} translate="no">
      {children}
    </span>
  )
}
