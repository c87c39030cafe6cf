// Completes the commands suggested in the texts of a document. Pure.

/** Returns a replacer for `JSON.stringify` that does so. */
export const advising =
  (carry: (text: string) => string) =>
  (key: string, value: unknown): unknown =>
    typeof value === 'string' && ADVISING.has(key) ? carry(value) : value

const ADVISING: ReadonlySet<string> = new Set(['message', 'fix'])
