import type { Row } from './row.ts'
import { IS_SHOWN, openTab, type Tab, timeUntil } from './tab.ts'

const PER_SECOND = 1_000
const SECONDS = 60
const SAMPLES_AT = [10, 30, 60] as const
// Two frames of 60 a second missed in a row: what an eye sees as a jerk.
const DROPPED_MS = 50

/** The log at a thousand lines a second: whether the page stays smooth, keeps its memory, and misses no line. */
export const logs: Row = {
  name: 'logs',
  seconds: 110,
  async measure(ground) {
    const { server } = ground
    await using tab = await openTab(ground)
    const { page } = tab
    await page.goto(`${server.address}/logs`)
    await timeUntil(tab, '', IS_SHOWN)
    await page.waitForTimeout(1_000)
    await page.evaluate(WATCH)
    const flood = server.flood({ perSecond: PER_SECOND, seconds: SECONDS })
    const heaps: number[] = []
    let gone = 0
    for (const at of SAMPLES_AT) {
      await page.waitForTimeout((at - gone) * 1_000)
      gone = at
      // A collection of garbage for the measurement's sake is not the page's doing.
      await page.evaluate('watched.pause()')
      heaps.push(await heapOf(tab))
      await page.evaluate('watched.go()')
    }
    await flood
    await page.waitForTimeout(1_000)
    const { frames, dropped, longest, blockedMs } = await page.evaluate<Watched>('watched.read()')
    const kept = await page.evaluate<number>(
      `Number(document.querySelector('main')?.textContent.match(/([\\d,]+) lines/)?.[1].replaceAll(',', '') ?? 0)`,
    )
    const missed = await page.evaluate<string>(
      `[...document.querySelectorAll('main')].map((main) => main.textContent.match(/[\\d,]+ lines? (?:were )?left out/)?.[0] ?? '').join('')`,
    )
    const [early = Number.NaN, middle = Number.NaN, late = Number.NaN] = heaps
    return [
      {
        title: `Log at 1,000 lines/s for a minute: frames later than ${DROPPED_MS} ms`,
        value: dropped,
        unit: 'frames',
        target: 1,
        remark: `of ${frames}; the longest took ${Math.round(longest)} ms, tasks above 50 ms took ${Math.round(blockedMs)} ms in all`,
      },
      {
        title: 'Lines kept at its end',
        value: kept,
        unit: 'lines',
        target: 50_000,
        atLeast: true,
        ...(missed !== '' && { remark: missed }),
      },
      {
        title: 'Heap for each 1,000 lines kept, after a collection',
        value: (late / Math.max(1, kept)) * 1_000,
        unit: 'MB',
        target: 2,
        remark: `${early.toFixed(1)} MB after 10 s, ${middle.toFixed(1)} after 30 s, ${late.toFixed(1)} after 60 s`,
      },
    ]
  },
}

interface Watched {
  readonly frames: number
  readonly dropped: number
  readonly longest: number
  readonly blockedMs: number
}

async function heapOf({ tools }: Tab): Promise<number> {
  await tools.send('HeapProfiler.collectGarbage')
  const { usedSize } = await tools.send('Runtime.getHeapUsage')
  return usedSize / 1_000_000
}

const WATCH = `
globalThis.watched = (() => {
  let last, paused = false, frames = 0, dropped = 0, longest = 0, blockedMs = 0
  const frame = (at) => {
    if (!paused && last !== undefined) {
      frames += 1
      const took = at - last
      if (took > ${DROPPED_MS}) dropped += 1
      longest = Math.max(longest, took)
    }
    last = paused ? undefined : at
    requestAnimationFrame(frame)
  }
  requestAnimationFrame(frame)
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) if (!paused) blockedMs += duration
  }).observe({ type: 'longtask' })
  return {
    pause: () => { paused = true; last = undefined },
    go: () => { paused = false; last = undefined },
    read: () => ({ frames, dropped, longest, blockedMs }),
  }
})()`
