/** True for statements that change nothing: they need neither the writer nor a transaction. */
export function isRead(sql: string): boolean {
  return /^\s*(select|explain|pragma\s+\w+(\(|\s*;?\s*$)|with\b(?![\s\S]*\b(insert|update|delete)\b))/i.test(sql)
}
