// For tests in folders further down.
export { apps } from '../src/apps.ts'
