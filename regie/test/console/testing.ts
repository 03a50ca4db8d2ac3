// What the bench of the console shares with its tests.
export { buildConsole } from './build.ts'
export { openBrowser } from './chromium.ts'
