import { Button } from '@mantine/core'
import { useWords } from '../i18n/language.tsx'
import { Code } from '../kit/code.tsx'
import { Dialog } from '../kit/dialog.tsx'
import styles from './account.module.css'
import { accountWords } from './words.ts'

/** The codes for the day the phone is gone: to copy or to download, this once. */
export function BackupCodes({ codes, onKept }: { readonly codes: readonly string[]; readonly onKept: () => void }) {
  const words = useWords(accountWords)
  const text = `${codes.join('\n')}\n`
  return (
    <Dialog
      opened
      onClose={onKept}
      title={words.codesTitle}
      size="md"
      closeOnClickOutside={false}
      closeOnEscape={false}
      withCloseButton={false}
    >
      <div className={styles.stack}>
        <p>{words.codesAbout}</p>
        <div className={styles.wide}>
          <Code text={text} label={words.codesTitle} />
        </div>
        <div className={`${styles.buttons} ${styles.end}`}>
          <Button
            component="a"
            variant="default"
            href={`data:text/plain;charset=utf-8,${encodeURIComponent(text)}`}
            download="regie-backup-codes.txt"
          >
            {words.download}
          </Button>
          <Button onClick={onKept}>{words.kept}</Button>
        </div>
      </div>
    </Dialog>
  )
}
