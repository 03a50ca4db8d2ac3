import { useQueryClient } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { getRuns, postRunRetry, type Run } from '../api.gen.ts'
import { ApiError, api } from '../api.ts'
import { useFigures, useWords } from '../i18n/language.tsx'
import { Act } from '../kit/act.tsx'
import { Diff } from '../kit/code.tsx'
import { useConfirm } from '../kit/confirm.tsx'
import { FormDialog } from '../kit/form.tsx'
import { JsonField, readJson } from '../kit/json-field.tsx'
import { useProblems } from '../kit/problem.ts'
import { complain, toast } from '../kit/toasts.tsx'
import { UnderWay } from './doing.tsx'
import { merged } from './merge-patch.ts'
import { errorWords } from './words.ts'

const PERMISSION = 'runs.manage'
const PAGE = 200
const SAMPLES = 3
// Each is a request of its own, with its own entry in the audit log; the rate limit lets 3,000 a minute through.
const MOST = 1_000

/** Makes the same change to the input of every run of a group, after it was shown what comes of it, and tries them all. */
export function RepairAll({
  filter,
  count,
  samples,
  change,
  why,
  onRetried,
}: {
  /** The runs, in the filter language. */
  readonly filter: string
  readonly count: number
  /** Some of them. */
  readonly samples: readonly Run[]
  /** What was changed of the one that was tried. */
  readonly change: unknown
  /** Why they cannot be given another input. */
  readonly why: string | undefined
  readonly onRetried: (ids: readonly number[]) => void
}) {
  const words = useWords(errorWords)
  const problems = useProblems()
  const client = useQueryClient()
  const { count: write } = useFigures()
  const [asking, setAsking] = useState(false)
  const [seen, setSeen] = useState<number>()
  const aborted = useRef(false)
  const carryOut = async (patch: unknown): Promise<void> => {
    aborted.current = false
    setSeen(0)
    const done: number[] = []
    const refused: { readonly id: number; readonly why: string }[] = []
    try {
      for (const { id, input } of await everyRun(filter)) {
        if (aborted.current) break
        const why = await retry(id, merged(input, patch))
        if (why === undefined) done.push(id)
        else refused.push({ id, why: problems.lines(why).join(' ') })
        setSeen(done.length + refused.length)
      }
    } catch (error) {
      complain(error)
    }
    setSeen(undefined)
    onRetried(done)
    await client.invalidateQueries({ queryKey: ['api'] })
    const [first] = refused
    if (first === undefined) toast({ tone: 'good', text: words.restDone(write(done.length)) })
    else
      toast({
        tone: 'bad',
        text: words.someRefused(write(done.length), write(refused.length), `#${first.id}`, first.why),
      })
  }
  if (seen !== undefined) return <UnderWay seen={seen} count={count} onStop={() => (aborted.current = true)} />
  return (
    <>
      <Act
        icon="edit"
        label={words.repairAll(write(count))}
        why={why ?? (count > MOST ? words.tooMany(write(MOST)) : undefined)}
        onAct={() => setAsking(true)}
      />
      {asking && (
        <PatchDialog
          count={count}
          samples={samples.slice(0, SAMPLES)}
          change={change}
          onClose={() => setAsking(false)}
          onPatch={(patch) => void carryOut(patch)}
        />
      )}
    </>
  )
}

function PatchDialog({
  count,
  samples,
  change,
  onClose,
  onPatch,
}: {
  readonly count: number
  readonly samples: readonly Run[]
  readonly change: unknown
  readonly onClose: () => void
  readonly onPatch: (patch: unknown) => void
}) {
  const words = useWords(errorWords)
  const { count: write } = useFigures()
  const confirm = useConfirm()
  const [text, setText] = useState(JSON.stringify(change, null, 2))
  const read = readJson(text)
  const changes = samples.map(({ id, input }) => ({
    id,
    before: JSON.stringify(input, null, 2),
    after: 'wrongLine' in read ? undefined : JSON.stringify(merged(input, read.value), null, 2),
  }))
  const isIdle = changes.every(({ before, after }) => after === undefined || before === after)
  const submit = async (): Promise<void> => {
    if ('wrongLine' in read) return
    const title = words.repairAllTitle(write(count))
    const answer = await confirm({ title, action: words.restAction(write(count)), permission: PERMISSION, count })
    // The dialog stays, with what was typed.
    if (answer === false) throw words.notYet
    onPatch(read.value)
  }
  return (
    <FormDialog
      permission={PERMISSION}
      title={words.repairAllTitle(write(count))}
      action={words.restAction(write(count))}
      opened
      onClose={onClose}
      onSubmit={submit}
      why={isIdle ? words.changesNothing : undefined}
    >
      <p className="soft">{words.patchAbout}</p>
      <JsonField name="patch" label={words.patch} text={text} onChange={setText} />
      {!isIdle &&
        changes.map(({ id, before, after = before }) => (
          <div key={id}>
            <p className="soft">{words.comesOf(`#${id}`)}</p>
            <Diff before={before} after={after} label={words.comesOf(`#${id}`)} />
          </div>
        ))}
    </FormDialog>
  )
}

async function everyRun(filter: string): Promise<readonly Run[]> {
  const found: Run[] = []
  for (let cursor: string | undefined; ; ) {
    const page = await getRuns(api, { filter, limit: PAGE, cursor })
    found.push(...page.items)
    cursor = page.next
    if (cursor === undefined || found.length >= MOST) return found
  }
}

/** What is wrong with the input; what has been retried meanwhile is let be. */
async function retry(id: number, input: unknown): Promise<ApiError | undefined> {
  try {
    await postRunRetry(api, { id, input })
    return undefined
  } catch (error) {
    if (!(error instanceof ApiError) || error.status < 400 || error.status === 429 || error.status >= 500) throw error
    return error
  }
}
