import { homePages } from '../home/pages.ts'
import { runPages } from '../runs/pages.ts'
import type { ConsolePage } from './console-app.ts'

/** The console's own pages, in the order of the menu. */
export const operations: readonly ConsolePage[] = [...homePages, ...runPages]
