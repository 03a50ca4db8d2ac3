import { type Projection, postProjectionRebuild, postProjectionResume } from '../api.gen.ts'
import { api } from '../api.ts'
import { useWords } from '../i18n/language.tsx'
import { Act } from '../kit/act.tsx'
import { useConfirm } from '../kit/confirm.tsx'
import { told } from '../kit/told.ts'
import { useChange } from '../use-api.ts'
import styles from './events.module.css'
import { eventWords } from './words.ts'

const STUMBLED = new Set(['failing', 'stopped'])

/** Builds a projection anew, or lets one go on that stumbled. */
export function ProjectionActions({
  projection: { name, declared, serving, building },
}: {
  readonly projection: Projection
}) {
  const words = useWords(eventWords)
  const confirm = useConfirm()
  const rebuild = useChange(() => postProjectionRebuild(api, { name }))
  const resume = useChange(() => postProjectionResume(api, { name }))
  const done = (text: string) => told(text)
  const ask = async (): Promise<void> => {
    const answer = await confirm({
      title: words.rebuildTitle(name),
      body: words.rebuildBody,
      action: words.rebuildAction,
    })
    if (answer !== false) rebuild.mutate(undefined, done(words.rebuilt(name)))
  }
  const stumbled = [serving, building].some((each) => each !== undefined && STUMBLED.has(each.state))
  return (
    <span className={styles.acts}>
      {stumbled && (
        <Act
          icon="play"
          label={words.resume}
          tone="primary"
          permission="events.manage"
          busy={resume.isPending}
          onAct={() => resume.mutate(undefined, done(words.resumed(name)))}
        />
      )}
      <Act
        icon="retry"
        label={words.rebuild}
        permission="events.manage"
        why={declared ? undefined : words.undeclared}
        busy={rebuild.isPending}
        onAct={() => void ask()}
      />
    </span>
  )
}
