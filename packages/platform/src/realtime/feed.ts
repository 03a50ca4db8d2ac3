import type { ChannelSet, Message } from './message.ts'

/** Messages in one order, of which the last are kept: in the database, or in this process only. */
export interface Feed {
  /** Another one means that nothing can be resumed: a new database, a restored backup, another process. */
  readonly epoch: string
  /** Up to here everything was handed to the subscriptions of this process. */
  readonly cursor: number
  /** What of some channels lies after one position and up to another, at most `limit`, in order. */
  read(set: ChannelSet, after: number, upTo: number, limit: number): Promise<readonly Message[]>
  /** Up to here messages of the channels may be gone. Asked after a read, it tells whether that one was complete. */
  forgotten(set: ChannelSet): Promise<number>
  /** Hands over whatever is there by now; afterwards the cursor is not behind what was committed before the call. */
  catchUp(): Promise<void>
}
