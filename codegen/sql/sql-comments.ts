// Finds the line comments of an SQL script: real ones according to SQLite, not look-alikes in literals.

/** A `--` comment. Offsets are in the script. */
export interface SqlComment {
  readonly text: string
  readonly start: number
  readonly end: number
  /** Whether only white space precedes it on its line. */
  readonly alone: boolean
}

/**
 * Line comments, block comments and the four ways of quoting, one match each. A doubled quote ends one match and begins
 * the next, which changes nothing here and needs no backtracking in a huge literal.
 */
const COMMENT_OR_QUOTED = /--[^\n]*|\/\*[^]*?(?:\*\/|$)|'[^']*'?|"[^"]*"?|`[^`]*`?|\[[^\]]*\]?/g

/** Yields the comments of both kinds, each with its offset. */
export function* allComments(script: string): Generator<{ text: string; start: number }> {
  for (const { 0: text, index: start } of script.matchAll(COMMENT_OR_QUOTED))
    if (text.startsWith('--') || text.startsWith('/*')) yield { text, start }
}

/** The `--` comments of a script with LF line endings, in order. */
export function sqlComments(script: string): SqlComment[] {
  const comments: SqlComment[] = []
  for (const { text, start } of allComments(script)) {
    if (!text.startsWith('--')) continue
    const before = script.slice(script.lastIndexOf('\n', start - 1) + 1, start)
    comments.push({ text, start, end: start + text.length, alone: before.trim() === '' })
  }
  return comments
}
