import { Button } from '@mantine/core'
import { useWords } from '../i18n/language.tsx'
import { Code } from '../kit/code.tsx'
import { Dialog } from '../kit/dialog.tsx'
import styles from './access.module.css'
import { accessWords } from './words.ts'

/** The link of an invitation that no e-mail server took: whoever invites hands it over. */
export function HandOver({ link, onClose }: { readonly link: string; readonly onClose: () => void }) {
  const words = useWords(accessWords)
  return (
    <Dialog opened onClose={onClose} title={words.handOverTitle} size="lg" closeOnClickOutside={false}>
      <div className={styles.made}>
        <p>{words.handOverNext}</p>
        <Code text={link} label={words.invitationLink} />
        <Button onClick={onClose}>{words.done}</Button>
      </div>
    </Dialog>
  )
}
