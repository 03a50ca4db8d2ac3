import { getQueues } from '../api.gen.ts'
import { useWords } from '../i18n/language.tsx'
import { Go } from '../kit/go.tsx'
import { Section } from '../kit/page.tsx'
import { PauseFacts } from '../queues/pause-facts.tsx'
import { useMay } from '../session/me.ts'
import { useApi } from '../use-api.ts'
import { runWords } from './words.ts'

/** Says of a run that waits why nothing takes it: its queue is paused. */
export function QueuePaused({ name }: { readonly name: string }) {
  const words = useWords(runWords)
  const { data } = useApi(getQueues, {}, { live: 'queues', enabled: useMay('queues.read') })
  const queue = data?.items.find((each) => each.name === name)
  if (queue?.pausedAt === undefined) return null
  return (
    <Section title={words.queuePaused} aside={<Go to="/queues">{words.toQueues}</Go>}>
      <p>
        <span translate="no">{name}</span> <PauseFacts queue={queue} />
      </p>
    </Section>
  )
}
