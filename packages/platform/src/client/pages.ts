/** What a list answers beside its items: the cursor of the page after. */
export interface PagedAnswer {
  readonly next?: string | undefined
}

/**
 * Reads a list page by page, the next one when it is asked for: `for await (const { items } of pages((cursor) =>
 * getClients(client, { cursor })))`.
 */
export async function* pages<Answer extends PagedAnswer>(
  read: (cursor: string | undefined) => Promise<Answer>,
): AsyncGenerator<Answer, void, undefined> {
  let cursor: string | undefined
  do {
    const answer = await read(cursor)
    yield answer
    cursor = answer.next
  } while (cursor !== undefined)
}
