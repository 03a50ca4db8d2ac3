// Strokes on a grid of 16; own, because a page needs a dozen and a package brings thousands.
const PATHS = {
  home: 'M2.5 7.5L8 3l5.5 4.5V13a.5.5 0 0 1-.5.5H9.8V10H6.2v3.5H3a.5.5 0 0 1-.5-.5z',
  runs: 'M5.5 3.5h8M5.5 8h8M5.5 12.5h8M2.3 3.5h.4M2.3 8h.4M2.3 12.5h.4',
  workflow: 'M2.5 2.5h4v3h-4zM9.5 10.5h4v3h-4zM4.5 5.5V9a3 3 0 0 0 3 3h2',
  queue: 'M2.5 4h11M2.5 8h11M2.5 12h7',
  schedule: 'M2.5 4h11v9.5h-11zM2.5 7h11M5.5 2.5V5M10.5 2.5V5',
  error: 'M8 2.3l6 11.2H2zM8 6.4v3.2M8 11.5v.2',
  dead: 'M3 3h10v10H3zM6 6l4 4M10 6l-4 4',
  worker: 'M3 5h10v7H3zM6 8v1M10 8v1M8 5V2.5M5.5 14h5',
  event: 'M8 2.5v11M4.5 5.5L8 2.5l3.5 3M3 13.5h10',
  log: 'M3 2.5h7l3 3v8H3zM5.5 7h5M5.5 9.5h5M5.5 12h3',
  alert: 'M4 11V7.5a4 4 0 0 1 8 0V11l1.3 1.5H2.7zM6.7 13.6a1.4 1.4 0 0 0 2.6 0',
  backup: 'M2.5 4.5c0-2.7 11-2.7 11 0v7c0 2.7-11 2.7-11 0zM2.5 4.5c0 2.6 11 2.6 11 0M2.5 8c0 2.6 11 2.6 11 0',
  audit: 'M8 2l5 2v4c0 3-2.2 5-5 6-2.800-1-5-3-5-6V4zM5.800 8l1.600 1.600L10.400 6.500',
  user: 'M8 8.300a2.700 2.700 0 1 0 0-5.400 2.700 2.700 0 0 0 0 5.400zM3 13.500c.600-5 9.400-5 10 0',
  users:
    'M6 7.800a2.300 2.300 0 1 0 0-4.600 2.300 2.300 0 0 0 0 4.600zM1.800 13c.500-4.300 7.900-4.300 8.400 0M10.500 3.400a2.300 2.300 0 0 1 0 4.300M12 9.600c1.300.400 2.100 1.500 2.300 3.400',
  key: 'M10 7.500a2.700 2.700 0 1 0-2.600-2L2.500 10.500v3h3v-2h2v-2l1.500-1.500zM10.800 5.200v.1',
  settings:
    'M2.500 4.500h6M11.500 4.500h2M2.500 11.500h2M7.500 11.500h6M8.500 2.800h3v3.400h-3zM4.500 9.800h3v3.400h-3z',
  apps: 'M2.500 2.500h4.500v4.500H2.500zM9 2.500h4.500v4.500H9zM2.500 9h4.500v4.500H2.500zM9 9h4.500v4.500H9z',
  document: 'M4 2.500h5.500l2.500 2.500v8.500H4zM6.500 7.500h3M6.500 10h3',
  check: 'M3 8.500l3.200 3.200L13 4.500',
  cross: 'M4 4l8 8M12 4l-8 8',
  busy: 'M8 2.500a5.500 5.500 0 1 1-5.500 5.500',
  clock: 'M8 2.500a5.500 5.500 0 1 0 0 11 5.500 5.500 0 0 0 0-11zM8 5v3l2 1.500',
  held: 'M5.500 3.500v9M10.500 3.500v9',
  stop: 'M8 2.500a5.500 5.500 0 1 0 0 11 5.500 5.500 0 0 0 0-11zM4.200 4.200l7.600 7.600',
  inbox: 'M2.500 9.500l2-6.500h7l2 6.500v3.500h-11zM2.500 9.500h3.500l1 1.500h2l1-1.500h3.500',
  info: 'M8 2.500a5.500 5.500 0 1 0 0 11 5.500 5.500 0 0 0 0-11zM8 7.300V11M8 5v.2',
  search: 'M7 2.500a4.500 4.500 0 1 0 0 9 4.500 4.500 0 0 0 0-9zM10.300 10.300l3.200 3.200',
  menu: 'M2.500 4h11M2.500 8h11M2.500 12h11',
  more: 'M3.500 8h.1M8 8h.1M12.500 8h.1',
  down: 'M4 6l4 4 4-4',
  right: 'M6 4l4 4-4 4',
  left: 'M10 4L6 8l4 4',
  up: 'M4 10l4-4 4 4',
  play: 'M5 3.500l7.500 4.500L5 12.500z',
  pause: 'M5.500 3.500v9M10.500 3.500v9',
  plus: 'M8 3v10M3 8h10',
  minus: 'M3 8h10',
  retry: 'M13 8a5 5 0 1 1-1.500-3.600M13.300 2.500v2.700h-2.700',
  edit: 'M3 13l.500-2.500 7-7 2 2-7 7zM9 5l2 2',
  copy: 'M5.500 5.500h8v8h-8zM10.500 5.500v-3h-8v8h3',
  columns: 'M2.500 3h11v10h-11zM6.200 3v10M9.800 3v10',
  filter: 'M2.500 3.500h11L9.500 8.500v4.500l-3-1.500v-3z',
  sun: 'M8 5.200a2.800 2.800 0 1 0 0 5.600 2.800 2.800 0 0 0 0-5.600zM8 1.500v1.200M8 13.300v1.200M1.500 8h1.200M13.300 8h1.200M3.400 3.400l.8.8M11.800 11.800l.8.8M12.600 3.400l-.8.8M4.200 11.800l-.8.8',
  moon: 'M13 9.500A5.500 5.500 0 0 1 6.500 3 5.500 5.500 0 1 0 13 9.500z',
  screen: 'M2.500 3.500h11v7.500h-11zM6 13.500h4',
  exit: 'M6.500 2.500h-4v11h4M6 8h7.500M10.800 5.300L13.500 8l-2.700 2.700',
  link: 'M6.500 9.500l3-3M7 4.500l1.200-1.200a2.700 2.700 0 0 1 4 3.800L11 8.300M9 11.500l-1.200 1.200a2.700 2.700 0 0 1-4-3.800L5 7.700',
  star: 'M8 2.300l1.700 3.600 4 .5-2.900 2.700.7 3.900L8 11.100 4.500 13l.7-3.900L2.300 6.400l4-.5z',
  lock: 'M3.500 7.500h9v6h-9zM5.500 7.500V5a2.500 2.500 0 0 1 5 0v2.500',
  offline: 'M2.500 6.200c3.200-2.900 7.800-2.900 11 0M4.700 8.800c2-1.700 4.600-1.700 6.600 0M8 12v.1M3 3l10 10',
  wait: 'M4 2.500h8M4 13.500h8M5 2.500c0 4 6 4 6 8v3M11 2.500c0 4-6 4-6 8v3',
  send: 'M2.500 8L13.500 3l-3 10-3-4.500zM7.500 8.500l6-5.500',
} as const

/** A sign of the console. */
export type IconName = keyof typeof PATHS

/** A sign; beside a word, never instead of one, unless its button has a label. */
export function Icon({
  name,
  size = 16,
  spin = false,
}: {
  readonly name: IconName
  readonly size?: number
  readonly spin?: boolean
}) {
  return (
    <svg
      className={spin ? 'icon spin' : 'icon'}
      width={size}
      height={size}
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth={1.5}
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      <path d={PATHS[name]} />
    </svg>
  )
}
