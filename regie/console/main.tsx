// The console of the product: the operations screens, and the pages of every app. Vite's only entry.
import { startConsole } from '@regie/console'

startConsole({ apps: [] })
