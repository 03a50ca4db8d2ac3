// The console of the product: the operations screens, and the pages of every app. Vite's only entry.
import { startConsole } from '@regie/console'
import { quotesConsole } from '@regie/quotes/console'

startConsole({ apps: [quotesConsole] })
