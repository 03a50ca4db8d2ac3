import { getSecondFactorPolicy, putSecondFactorPolicy } from '../api.gen.ts'
import { api } from '../api.ts'
import { useWords } from '../i18n/language.tsx'
import { Act } from '../kit/act.tsx'
import { useConfirm } from '../kit/confirm.tsx'
import { Section } from '../kit/page.tsx'
import { Answered } from '../kit/states.tsx'
import { Status } from '../kit/status.tsx'
import { told } from '../kit/told.ts'
import { useApi, useChange } from '../use-api.ts'
import styles from './access.module.css'
import { MANAGE } from './model.ts'
import { accessWords } from './words.ts'

/** Whether the organisation wants a second factor of everybody. */
export function FactorPolicy() {
  const words = useWords(accessWords)
  const query = useApi(getSecondFactorPolicy)
  return (
    <Section title={words.factorPolicy}>
      <Answered query={query} rows={2}>
        {({ required }) => <Policy required={required} />}
      </Answered>
    </Section>
  )
}

function Policy({ required }: { readonly required: boolean }) {
  const words = useWords(accessWords)
  const confirm = useConfirm()
  const change = useChange((wanted: boolean) => putSecondFactorPolicy(api, { required: wanted }))
  const ask = async (): Promise<void> => {
    const answer = await confirm(
      required
        ? { title: words.freeTitle, body: words.freeBody, action: words.free, danger: true }
        : { title: words.requireTitle, body: words.requireBody, action: words.require },
    )
    if (answer !== false) change.mutate(!required, told(required ? words.freed : words.demanded))
  }
  return (
    <div className={styles.policy}>
      <Status tone={required ? 'good' : 'calm'} icon={required ? 'check' : 'info'}>
        {required ? words.isRequired : words.isFree}
      </Status>
      <Act
        icon="lock"
        label={required ? words.freeAct : words.requireAct}
        permission={MANAGE}
        busy={change.isPending}
        onAct={() => void ask()}
      />
    </div>
  )
}
