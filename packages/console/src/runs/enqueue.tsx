import { useRouter } from '@tanstack/react-router'
import { useState } from 'react'
import { getJob, postRuns, type RunInput } from '../api.gen.ts'
import { api } from '../api.ts'
import { useWords } from '../i18n/language.tsx'
import { Act } from '../kit/act.tsx'
import { Choice, FormDialog } from '../kit/form.tsx'
import { JsonField, readJson } from '../kit/json-field.tsx'
import { toast } from '../kit/toasts.tsx'
import { useMe } from '../session/me.ts'
import { useApi, useChange } from '../use-api.ts'
import { Accepts } from '../workflows/accepts.tsx'
import { blankOf } from '../workflows/payload.ts'
import { useByHand } from './use-by-hand.ts'
import { runWords } from './words.ts'

const PRIORITIES = ['urgent', 'high', 'normal', 'low'] as const

/** Enqueues a run of any job that one may start, with an input of one's own. */
export function Enqueue() {
  const words = useWords(runWords)
  const router = useRouter()
  const { jobs } = useMe()
  const byHand = useByHand()
  const [opened, setOpened] = useState(false)
  const [job, setJob] = useState('')
  const [typed, setText] = useState<string>()
  const { data: known } = useApi(getJob, { name: job }, { enabled: job !== '' })
  const schema = known?.name === job ? known.input : undefined
  // What was typed stays when another job is chosen.
  const text = typed ?? (schema === undefined ? '{}' : JSON.stringify(blankOf(schema), null, 2))
  const [priority, setPriority] = useState<(typeof PRIORITIES)[number]>('normal')
  const enqueue = useChange((input: RunInput) => postRuns(api, input))
  const read = readJson(text)
  const why = job === '' ? words.needsJob : 'wrongLine' in read ? words.needsInput : undefined
  const submit = async (): Promise<void> => {
    if ('wrongLine' in read) return
    const { id } = await enqueue.mutateAsync({ job, input: read.value, priority })
    toast({ tone: 'good', text: words.enqueued(String(id)) })
    void router.navigate({ to: `/runs/${id}` })
  }
  return (
    <>
      <Act id="run.new" icon="play" label={words.newRun} permission="runs.manage" onAct={() => setOpened(true)} />
      <FormDialog
        permission="runs.manage"
        title={words.newRunTitle}
        action={words.enqueue}
        opened={opened}
        onClose={() => setOpened(false)}
        onSubmit={submit}
        why={why}
      >
        <Choice
          name="job"
          label={words.job}
          value={job}
          onChange={setJob}
          options={[
            { value: '', label: words.chooseJob },
            ...jobs
              .filter(({ name }) => byHand(name) === undefined)
              .map(({ name }) => ({ value: name, label: name, data: true })),
          ]}
        />
        <JsonField name="input" label={words.input} text={text} onChange={setText} />
        {schema !== undefined && <Accepts schema={schema} title={words.takes} />}
        <Choice
          name="priority"
          label={words.priority}
          value={priority}
          onChange={(value) => setPriority(PRIORITIES.find((each) => each === value) ?? 'normal')}
          options={PRIORITIES.map((value) => ({ value, label: words.priorities[value] }))}
        />
      </FormDialog>
    </>
  )
}
