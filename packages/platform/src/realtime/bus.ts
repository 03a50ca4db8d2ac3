/** How processes tell each other of live messages. What it carries may be lost: kept messages are read from the table then. */
export interface Bus extends AsyncDisposable {
  /** There are new kept messages. At most one word in 10 ms. */
  announce(): void
  /** Carries a line of JSON to the other processes, if this bus can. What it cannot is lost. */
  carry(line: string): void
}

/** What a process hears from the others. */
export interface BusListener {
  /** There are new kept messages, or something may have been missed. */
  news(): void
  /** One line of another process. */
  carried(line: string): void
  /** Lines may have been missed. */
  missed(): void
}

/** Hands a batch over line by line. */
export function hearLines(batch: string, { carried }: Pick<BusListener, 'carried'>): void {
  for (const line of batch.split('\n')) carried(line)
}
