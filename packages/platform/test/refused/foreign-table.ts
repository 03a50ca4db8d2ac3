import { ctx } from './notes.ts'

// refused TS2345, right: export const rows = ctx.db.selectFrom('notes_note').selectAll().execute()
export const rows = ctx.db.selectFrom('quotes_client').selectAll().execute()
