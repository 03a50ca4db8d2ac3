/** A run has at most so many. */
export const MOST_TAGS = 16

/** Characters of the longest. */
export const LONGEST_TAG = 64

const APART = /[\s,\p{Cc}]/u

/** Whether a tag is one word: by it, runs are found in filters and lists, where spaces and commas stand between words. */
export function isTag(text: string): boolean {
  return text.length > 0 && text.length <= LONGEST_TAG && !APART.test(text)
}
