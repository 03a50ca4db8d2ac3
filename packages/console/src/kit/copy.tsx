import { ActionIcon, CopyButton, Tooltip } from '@mantine/core'
import { common } from '../i18n/common.ts'
import { useWords } from '../i18n/language.tsx'
import { Icon } from './icon.tsx'

/** Puts a text on the clipboard. */
export function Copy({ text, label }: { readonly text: string; readonly label?: string }) {
  const words = useWords(common)
  return (
    <CopyButton value={text}>
      {({ copied, copy }) => (
        <Tooltip label={copied ? words.copied : (label ?? words.copy)}>
          <ActionIcon size="sm" aria-label={copied ? words.copied : (label ?? words.copy)} onClick={copy}>
            <Icon name={copied ? 'check' : 'copy'} size={14} />
          </ActionIcon>
        </Tooltip>
      )}
    </CopyButton>
  )
}
