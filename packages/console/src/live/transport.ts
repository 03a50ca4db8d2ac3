/** What a way of hearing tells of itself. */
export interface TransportEvents {
  message(topic: string, data: unknown): void
  /** All topics are heard, from where they were left; of those in `lost` something was missed. */
  open(lost: readonly string[]): void
  /** Nothing is heard just now; it tries again by itself. */
  interrupted(): void
  /** It does not get through, at least not here and now. */
  failed(): void
  /** Nobody is signed in any more. */
  signedOut(): void
}

/** One way of hearing what changes. */
export interface Transport {
  /** Hears these topics from now on, and only these; those heard before go on without a gap. */
  listen(topics: readonly string[]): void
  close(): void
}

/** Starts one. */
export type OpenTransport = (topics: readonly string[], events: TransportEvents) => Transport
