import { ctx } from './notes.ts'

// refused TS2345, right: export const gone = ctx.transaction((tx) => tx.db.deleteFrom('notes_note').execute())
export const gone = ctx.transaction((tx) => tx.db.deleteFrom('quotes_client').execute())
