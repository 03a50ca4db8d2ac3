import { percentile, type Row } from './row.ts'
import { goTo, openAside, openTab, timeUntil } from './tab.ts'

const STEPS = 20_000
const TIMES = 5

/** A workflow of very many steps: its list with the bars over time, from the click to the paint. */
export const workflow: Row = {
  name: 'workflow',
  seconds: 60,
  async measure(ground) {
    const { server } = ground
    const id = await server.workflow(STEPS)
    const first: number[] = []
    const whole: number[] = []
    for (let count = 0; count < TIMES; count += 1) {
      await using tab = await openTab(ground)
      await openAside(tab, server.address)
      const bars = `document.querySelectorAll('main tr[data-index] rect').length > 5`
      const firstMs = await timeUntil(tab, goTo(`/workflows/${id}`), bars)
      const restMs = await timeUntil(tab, '', `document.querySelector('main').textContent.includes('20,000 steps')`)
      first.push(firstMs)
      whole.push(firstMs + restMs)
    }
    return [
      {
        title: 'A workflow of 20,000 steps opens: steps and bars, median',
        value: percentile(first, 0.5),
        unit: 'ms',
        target: 1_000,
      },
      {
        title: 'All of its 20,000 steps can be scrolled through, median',
        value: percentile(whole, 0.5),
        unit: 'ms',
        target: 3_000,
      },
    ]
  },
}
