/** How a statement fails: refused by the store, or its connection cut before it was carried out or after. */
export type Way = 'refused' | 'cut before' | 'cut after'

/** Makes one statement fail: the nth from when it was armed. */
export class Injector {
  readonly statements: string[] = []
  #armed: { readonly nth: number; readonly way: Way } | undefined
  #hit = false

  /** From now on statements are counted, and the nth fails. */
  arm(nth: number, way: Way): void {
    this.statements.length = 0
    this.#hit = false
    this.#armed = { nth, way }
  }

  /** Answers whether a statement has failed since. */
  disarm(): boolean {
    this.#armed = undefined
    return this.#hit
  }

  /** Called for each statement; answers how this one fails, if it does. */
  next(sql: string): Way | undefined {
    if (this.#armed === undefined) return undefined
    this.statements.push(sql.replaceAll(/\s+/g, ' ').trim().slice(0, 100))
    if (this.statements.length !== this.#armed.nth) return undefined
    this.#hit = true
    return this.#armed.way
  }
}
