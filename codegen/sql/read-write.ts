// Parses INSERT, UPDATE and DELETE.
import { readSelects, readWith, type Named } from './read-select.js'
import type { Conflict, Delete, Insert, Name, Statement, Update, Word } from './statement.js'
import { cutWords, firstName, WordReader } from './word-reader.js'

/** Parses a statement that changes rows, with or without a preceding WITH; null if it is none. */
export function readWrite(reader: WordReader): Statement | null {
  const known = readWith(reader)
  if (reader.take('insert')) return readInsert(reader, known, takeConflict(reader))
  if (reader.take('replace')) return readInsert(reader, known, 'replace')
  if (reader.take('update')) return readUpdate(reader)
  if (reader.take('delete', 'from')) return readDelete(reader)
  return null
}

function takeConflict(reader: WordReader): Conflict | null {
  return reader.take('or') ? (CONFLICTS.find((one) => reader.take(one)) ?? null) : null
}

const CONFLICTS = ['abort', 'fail', 'ignore', 'replace', 'rollback'] as const

function takeAlias(reader: WordReader): void {
  if (reader.take('as')) reader.skip()
}

function readInsert(reader: WordReader, known: Named, or: Conflict | null): Insert {
  reader.take('into')
  const table = reader.name()
  takeAlias(reader)
  const columns = reader.next.key === '(' ? cutWords(reader.inside()).map(firstName) : null
  const rest = reader.rest()
  const selects = readSelects(new WordReader(rest), known)
  const values = readValues(new WordReader(rest))
  const conflict = or ?? (leavesConflicts(rest) ? 'ignore' : null)
  return { kind: 'insert', table, columns, conflict, updates: readUpserts(rest), selects, values }
}

/** `ON CONFLICT … DO NOTHING`, which does what OR IGNORE does. */
function leavesConflicts(words: readonly Word[]): boolean {
  const reader = new WordReader(words)
  for (reader.until('do'); reader.take('do'); reader.until('do'))
    if (reader.take('nothing')) return true
  return false
}

const readValues = (reader: WordReader): Word[][] =>
  reader.take('values') && reader.next.key === '(' ? cutWords(reader.inside()) : []

function readUpserts(words: readonly Word[]): Name[] {
  const reader = new WordReader(words)
  const columns: Name[] = []
  for (reader.until('do'); reader.take('do'); reader.until('do')) {
    if (reader.take('update', 'set'))
      columns.push(...columnsSet(reader.until('where', 'on', 'returning')))
  }
  return columns
}

/**
 * The table of a `SELECT *`, in any part of a UNION; null if all columns are named. A subquery or a name of WITH does not count:
 * its columns are listed in the statement itself.
 */
export const starOf = ({ selects }: Insert): Name | null =>
  selects.find(({ items, from }) => from !== null && items.some(isStar))?.from ?? null

/** `*`, `t.*`: only an operator precedes the star of a product. */
export function isStar(item: readonly Word[]): boolean {
  const before = item.at(-2)?.key
  return item.at(-1)?.key === '*' && (before === undefined || before === '.')
}

function readUpdate(reader: WordReader): Update {
  const conflict = takeConflict(reader)
  const table = reader.name()
  reader.until('set')
  reader.take('set')
  const set = reader.until('where', 'from', 'returning', 'order', 'limit')
  while (set.at(-1)?.key === 'distinct' && reader.next.key === 'from') {
    set.push(reader.skip(), ...reader.until('where', 'from', 'returning', 'order', 'limit'))
  }
  const from = reader.next.key === 'from'
  const columns = columnsSet(set)
  return { kind: 'update', table, columns, conflict, limited: isLimited(reader), from }
}

/** For `a = 1, (b, c) = (2, 3)`: a, b and c. */
function columnsSet(words: readonly Word[]): Name[] {
  return cutWords(words).flatMap((part) => {
    if (part[0]?.key !== '(') return [firstName(part)]
    const end = part.findIndex(({ key }) => key === ')')
    return cutWords(part.slice(1, end)).map(firstName)
  })
}

function readDelete(reader: WordReader): Delete {
  return { kind: 'delete', table: reader.name(), limited: isLimited(reader) }
}

function isLimited(reader: WordReader): boolean {
  reader.until('where', 'limit')
  return reader.take('where') || reader.take('limit')
}
