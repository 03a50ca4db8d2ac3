/** Helpers for the tests of apps. */
export { type OwnDatabase, ownDatabase } from './app/own-database.testing.ts'
