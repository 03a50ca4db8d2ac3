import { createTheme, MantineThemeProvider } from '@mantine/core'
import { type ReactNode, useMemo } from 'react'
import { common } from '../i18n/common.ts'
import { useWords } from '../i18n/language.tsx'

/** Names, in the language that is spoken, the buttons of Mantine's components that show a sign only. */
export function Labelled({ children }: { readonly children: ReactNode }) {
  const { close } = useWords(common)
  const theme = useMemo(() => {
    const defaultProps = { closeButtonProps: { 'aria-label': close } }
    return createTheme({ components: { Modal: { defaultProps }, Drawer: { defaultProps } } })
  }, [close])
  return (
    <MantineThemeProvider inherit theme={theme}>
      {children}
    </MantineThemeProvider>
  )
}
