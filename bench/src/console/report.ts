import type { Machine } from '../machine.ts'
import { type Figure, isMet } from './row.ts'

/** What one row found, or why it found nothing. */
export interface RowResult {
  readonly name: string
  readonly figures: readonly Figure[]
  readonly trouble?: string
  readonly seconds: number
}

/** A run of the bench. */
export interface ConsoleResults {
  readonly date: string
  readonly command: string
  readonly machine: Machine
  readonly browser: string
  readonly runs: number
  readonly rows: readonly RowResult[]
}

/** A figure as the command prints it. */
export function figureLine(figure: Figure): string {
  const { title, remark } = figure
  const verdict = isMet(figure) ? 'ok    ' : 'missed'
  return `${verdict} ${shown(figure.value, figure)} (${bound(figure)})  ${title}${remark === undefined ? '' : ` [${remark}]`}`
}

/** The page of the committed figures. */
export function consoleReport({ date, command, machine, browser, runs, rows }: ConsoleResults): string {
  const { cpu, cores, memoryGb, system, node } = machine
  const lines = rows.flatMap(({ name, figures, trouble }) =>
    trouble === undefined
      ? figures.map(
          (figure) =>
            `| ${cell(figure.title)} | ${shown(figure.value, figure)} | ${bound(figure)} | ${isMet(figure) ? 'ok' : '**missed**'} | ${cell(figure.remark ?? '')} |`,
        )
      : [`| ${name} | – | – | **failed** | ${cell(trouble)} |`],
  )
  return [
    '# The console, measured',
    '',
    'Written by `npm run bench:console -- --write`; do not edit.',
    '',
    `- ${date}: \`${command}\``,
    `- ${cores} cores (${cpu}), ${memoryGb} GB, ${system}, Node ${node}, Chromium ${browser}, without a graphics card; server and browser share the machine`,
    `- A server over ${runs.toLocaleString('en')} runs, in a process of its own; the browser opens the built console as a person does, everything signed in and permitted`,
    '- Times are taken inside the page, from the act to the frame that shows the result',
    '',
    '| what | figure | target | | |',
    '|---|---:|---:|---|---|',
    ...lines,
    '',
  ].join('\n')
}

function shown(value: number, { unit }: Figure): string {
  const digits = unit === 'MB' ? 2 : unit === 'kB' ? 1 : 0
  return `${value.toLocaleString('en', { maximumFractionDigits: digits })} ${unit}`
}

function bound(figure: Figure): string {
  return `${figure.atLeast === true ? '≥' : '<'} ${shown(figure.target, figure)}`
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ')
}
