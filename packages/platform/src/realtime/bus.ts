/** How processes tell each other of live messages. What it carries may be lost: kept messages are read from the table then. */
export interface Bus extends AsyncDisposable {
  /** There are new kept messages. At most one word in 10 ms. */
  announce(): void
  /** Carries a text to the other processes, if this bus can; false when it cannot. */
  carry(text: string): boolean
}

/** What a process hears from the others. */
export interface BusListener {
  /** There are new kept messages, or something may have been missed. */
  news(): void
  carried(text: string): void
}
