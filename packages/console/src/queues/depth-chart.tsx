import { useMemo } from 'react'
import { useFigures, useWords } from '../i18n/language.tsx'
import { Chart } from '../kit/chart.tsx'
import type { Depth } from './use-depths.ts'
import { queueWords } from './words.ts'

/** What waited and what ran, all queues together, since the page was opened. */
export function DepthChart({ depths }: { readonly depths: readonly Depth[] }) {
  const words = useWords(queueWords)
  const { count } = useFigures()
  const drawn = useMemo(
    () => ({
      times: depths.map(({ at }) => at),
      series: [
        { title: words.queued, values: depths.map(({ queued }) => queued), colour: 'accent' as const },
        { title: words.running, values: depths.map(({ running }) => running), colour: 'busy' as const },
      ],
    }),
    [depths, words],
  )
  return <Chart label={words.chart} times={drawn.times} series={drawn.series} format={count} />
}
