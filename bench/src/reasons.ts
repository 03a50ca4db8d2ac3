/** Why one of ours is behind in one figure, by `<contestant> <figure>`: a sentence for the report. */
export const reasons: Readonly<Record<string, string>> = {}
