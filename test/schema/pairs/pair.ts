// A pair of schemas. Types only.

/** What makes the difference, and the scripts that make the two. */
export type Pair = readonly [what: string, expected: string, found: string]
