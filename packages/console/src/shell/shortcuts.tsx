import { Kbd } from '@mantine/core'
import { useWords } from '../i18n/language.tsx'
import { Dialog } from '../kit/dialog.tsx'
import styles from './shortcuts.module.css'
import { shell } from './words.ts'

const KEYS = [
  ['palette', ['Ctrl/⌘\u00a0K']],
  ['help', ['?']],
  ['pause', ['p']],
  ['filter', ['/']],
  ['rows', ['↓', '↑']],
  ['zoom', ['+', '−', '0']],
  ['pan', ['←', '→']],
  ['home', ['g', 'h']],
  ['runs', ['g', 'r']],
  ['queues', ['g', 'q']],
  ['schedules', ['g', 's']],
  ['errors', ['g', 'e']],
  ['chosen', ['j', 'k']],
  ['repair', ['e', 't', 'a']],
] as const

/** What the keys do. */
export function Shortcuts({ opened, onClose }: { readonly opened: boolean; readonly onClose: () => void }) {
  const words = useWords(shell)
  return (
    <Dialog opened={opened} onClose={onClose} title={words.shortcuts}>
      <dl className={styles.list}>
        {KEYS.map(([name, keys]) => (
          <div key={name}>
            <dt>{words.shortcutList[name]}</dt>
            <dd translate="no">
              {keys.map((key) => (
                <Kbd key={key} size="sm">
                  {key}
                </Kbd>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </Dialog>
  )
}
