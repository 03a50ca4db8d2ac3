import { percentile, type Row } from './row.ts'
import { IS_SHOWN, openTab, timeUntil } from './tab.ts'

const TIMES = 20
const KEY = `document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'k', code: 'KeyK', ctrlKey: true, bubbles: true }))`

/** The command palette, from the key to the paint. */
export const palette: Row = {
  name: 'palette',
  seconds: 40,
  async measure(ground) {
    const { server } = ground
    await using tab = await openTab(ground)
    const { page } = tab
    await page.goto(server.address)
    await timeUntil(tab, '', IS_SHOWN)
    await page.waitForTimeout(500)
    const times: number[] = []
    for (let count = 0; count < TIMES; count += 1) {
      times.push(await timeUntil(tab, KEY, `document.querySelectorAll('[role=dialog] [role=option]').length > 3`))
      await page.keyboard.press('Escape')
      await timeUntil(tab, '', `document.querySelector('[role=dialog]') === null`)
    }
    return [
      {
        title: `Command palette opens, p95 of ${TIMES}`,
        value: percentile(times, 0.95),
        unit: 'ms',
        target: 100,
        remark: `the first time ${Math.round(times[0] ?? Number.NaN)} ms`,
      },
    ]
  },
}
