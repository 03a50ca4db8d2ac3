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
    const bars = `document.querySelectorAll('main tr[data-index] rect').length > 5`
    const boxes = `document.querySelectorAll('main .react-flow__node').length > 2`
    const whole = `document.querySelector('main').textContent.includes('20,000 steps')`
    const times = { bars: [] as number[], all: [] as number[], graph: [] as number[] }
    for (let count = 0; count < TIMES; count += 1) {
      await using tab = await openTab(ground)
      await openAside(tab, server.address)
      const barsMs = await timeUntil(tab, goTo(`/workflows/${id}`), bars)
      times.bars.push(barsMs)
      times.all.push(barsMs + (await timeUntil(tab, '', whole)))
      await openAside(tab, server.address)
      times.graph.push(await timeUntil(tab, goTo(`/workflows/${id}?view=graph`), boxes))
    }
    return [
      {
        title: 'A workflow of 20,000 steps opens: list and bars over time, median',
        value: percentile(times.bars, 0.5),
        unit: 'ms',
        target: 1_000,
      },
      {
        title: 'The same: all of its steps are there to be scrolled through, median',
        value: percentile(times.all, 0.5),
        unit: 'ms',
        target: 3_000,
      },
      {
        title: 'The same: its graph, median',
        value: percentile(times.graph, 0.5),
        unit: 'ms',
        target: 1_000,
      },
    ]
  },
}
