// Which statements fail inside a transaction, have no effect there, or are not undone with it (tried on SQLite 3.53).
import type { Statement } from '../../sql/statement.js'

/** What replaying says where such a statement, or one that controls the transaction, is refused when code runs it. */
export const REFUSED = [
  'REPLAY_UP_FAILED',
  'REPLAY_DOWN_FAILED',
  'REPLAY_CODE_FAILS_ON_ROWS',
] as const

/** A part of a sentence that says why a statement does not work in a transaction; null where it does. */
export function transactionRefusal(shape: Statement): string | null {
  if (shape.kind === 'other') return STATEMENTS[shape.words[0] ?? ''] ?? null
  if (shape.kind !== 'pragma') return null
  const { key } = shape.name
  if (key === 'wal_checkpoint') return 'PRAGMA wal_checkpoint fails inside one'
  return shape.sets ? (PRAGMAS[key] ?? null) : null
}

const STATEMENTS: Readonly<Record<string, string>> = {
  vacuum: 'VACUUM fails inside one',
  attach: 'ATTACH is not undone with it, and older versions of SQLite refuse it there',
  detach: 'DETACH is not undone with it, and fails there when the other database was used',
}

const PRAGMAS: Readonly<Record<string, string>> = {
  journal_mode: 'PRAGMA journal_mode has no effect inside one',
  synchronous: 'PRAGMA synchronous fails inside one',
}
