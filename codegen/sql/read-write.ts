// INSERT, UPDATE and DELETE, taken apart.
import type { Delete, Insert, Name, Statement, Update } from './statement.js'
import { cutWords, type Word, type WordReader } from './word-reader.js'

/** Reads a statement that changes rows, WITH before it or not; null when it is none. */
export function readWrite(reader: WordReader): Statement | null {
  const known = readWith(reader)
  if (reader.take('insert')) return readInsert(reader, known)
  if (reader.take('replace')) return readInsert(reader, known)
  if (reader.take('update')) return readUpdate(reader)
  if (reader.take('delete', 'from')) return readDelete(reader)
  return null
}

/** Takes WITH and what it names, if it comes next, and answers with these names. */
function readWith(reader: WordReader): Set<string> {
  const names = new Set<string>()
  if (!reader.take('with')) return names
  reader.take('recursive')
  do {
    names.add(reader.name().key)
    if (reader.next.key === '(') reader.inside()
    if (!reader.take('as')) break
    reader.take('not')
    reader.take('materialized')
    reader.inside()
  } while (reader.take(','))
  return names
}

function takeConflict(reader: WordReader): void {
  if (reader.take('or')) reader.skip()
}

function takeAlias(reader: WordReader): void {
  if (reader.take('as')) reader.skip()
}

function readInsert(reader: WordReader, known: ReadonlySet<string>): Insert {
  takeConflict(reader)
  reader.take('into')
  const table = reader.name()
  takeAlias(reader)
  const columns = reader.next.key === '(' ? cutWords(reader.inside()).map(firstName) : null
  const all = new Set([...known, ...readWith(reader)])
  return { kind: 'insert', table, columns, starOf: starOf(reader, all) }
}

const firstName = ([first]: readonly Word[]): Name => ({
  key: first?.key ?? '',
  text: first?.text ?? '',
})

/**
 * The table of a `SELECT *`, in any part of a UNION. A subquery or a name of WITH is none: there the columns are written
 * down in the statement itself.
 */
function starOf(reader: WordReader, known: ReadonlySet<string>): Name | null {
  for (;;) {
    reader.until('select')
    if (!reader.take('select')) return null
    const list = cutWords(reader.until('from', 'union', 'except', 'intersect', 'where'))
    if (!list.some(isStar) || !reader.take('from') || reader.next.key === '(') continue
    const table = reader.name()
    if (!known.has(table.key)) return table
  }
}

/** `*`, `DISTINCT *`, `t.*`: nothing but an operator stands before the star of a product. */
function isStar(part: readonly Word[]): boolean {
  const before = part.at(-2)?.key
  if (part.at(-1)?.key !== '*') return false
  return before === undefined || before === 'distinct' || before === 'all' || before === '.'
}

function readUpdate(reader: WordReader): Update {
  takeConflict(reader)
  const table = reader.name()
  reader.until('set')
  reader.take('set')
  const set = reader.until('where', 'from', 'returning', 'order', 'limit')
  while (set.at(-1)?.key === 'distinct' && reader.next.key === 'from') {
    set.push(reader.skip(), ...reader.until('where', 'from', 'returning', 'order', 'limit'))
  }
  const from = reader.next.key === 'from'
  return { kind: 'update', table, columns: columnsSet(set), limited: isLimited(reader), from }
}

/** Of `a = 1, (b, c) = (2, 3)` a, b and c. */
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
