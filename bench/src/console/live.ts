import { percentile, type Row } from './row.ts'
import { openTab, timeFromStart } from './tab.ts'

const TIMES = 15

/** From the change in the engine to the row in the page: the clocks are those of one machine. */
export const live: Row = {
  name: 'live',
  seconds: 60,
  async measure(ground) {
    const { server } = ground
    await using tab = await openTab(ground)
    const { page } = tab
    await page.goto(`${server.address}/runs?q=${encodeURIComponent('queue:live')}`)
    await server.touch('first')
    await timeFromStart(tab, `document.querySelector('main tr[data-index]') !== null`)
    await page.waitForTimeout(1_500)
    const late: number[] = []
    for (let count = 0; count < TIMES; count += 1) {
      const { id, at } = await server.touch(String(count))
      const seenAt = await page.evaluate<number>(`new Promise((resolve) => {
        const look = () => document.querySelector('main tr[data-index] a[href="/runs/${id}"]') === null
          ? requestAnimationFrame(look) : resolve(Date.now())
        look()
      })`)
      late.push(seenAt - at)
      // Not in step with anything that looks once a second.
      await page.waitForTimeout(700 + ((count * 137) % 600))
    }
    return [
      {
        title: `A run is in the list after it was enqueued, the latest of ${TIMES}`,
        value: Math.max(...late),
        unit: 'ms',
        target: 1_000,
        remark: `median ${Math.round(percentile(late, 0.5))} ms`,
      },
    ]
  },
}
