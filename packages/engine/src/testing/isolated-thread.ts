/** What the suite's isolated job does in its thread: whatever its input asks for. */
export async function run(
  { act, value }: { readonly act: string; readonly value?: unknown },
  { attempt, progress }: { readonly attempt: number; progress(percent: number, message?: string): Promise<void> },
): Promise<unknown> {
  if (act === 'answer') return { value, attempt }
  if (act === 'progress') await progress(40, 'in the thread')
  if (act === 'throw') throw new RangeError('as asked')
  if (act === 'fail once' && attempt === 1) throw new Error('the first time')
  if (act === 'spin') for (;;);
  if (act === 'exit') process.exit(3)
  const hoard: unknown[] = []
  while (act === 'hoard') hoard.push(Array.from({ length: 10_000 }, (_, index) => ({ index })))
  return act
}
