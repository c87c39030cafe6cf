// The texts of a document in which commands are advised. Pure.

/** Completes the commands in these, as `JSON.stringify` calls it. */
export const advising =
  (carry: (text: string) => string) =>
  (key: string, value: unknown): unknown =>
    typeof value === 'string' && ADVISING.has(key) ? carry(value) : value

const ADVISING: ReadonlySet<string> = new Set(['message', 'fix'])
