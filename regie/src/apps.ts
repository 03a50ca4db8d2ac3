import type { AnyApp } from '@regie/platform'
import { quotes } from '@regie/quotes'

/** Every app of the product. */
export const apps: readonly AnyApp[] = [quotes]
