// Which statements fail inside a transaction, have no effect there, or are not undone with it (tried on SQLite 3.53).
import { pragmaOf } from './pragma.js'
import type { FoundStatement } from './rule.js'

/** A part of a sentence that says why a statement does not work in a transaction; null where it does. */
export function transactionRefusal({ head }: FoundStatement): string | null {
  const pragma = pragmaOf(head)
  if (!pragma) return STATEMENTS[head[0] ?? ''] ?? null
  if (pragma.name === 'wal_checkpoint') return 'PRAGMA wal_checkpoint fails inside one'
  return pragma.sets ? (PRAGMAS[pragma.name] ?? null) : null
}

const STATEMENTS: Readonly<Record<string, string>> = {
  VACUUM: 'VACUUM fails inside one',
  ATTACH: 'ATTACH is not undone with it, and older databases refuse it there',
  DETACH: 'DETACH is not undone with it, and fails there when the other database was used',
}

const PRAGMAS: Readonly<Record<string, string>> = {
  journal_mode: 'PRAGMA journal_mode has no effect inside one',
  synchronous: 'PRAGMA synchronous fails inside one',
}
