// Finds out how the statements of a trigger make rows of one table depend on the rowids of others.
import { plainName } from '../../src/sql/names.js'
import { bodyOf } from './read-create.js'
import { readStatement } from './read-statement.js'
import type { Statement, Word } from './statement.js'
import { WordReader, wordsOf } from './word-reader.js'

/** A statement that writes. Names are as they are compared, without quotes. */
export interface RowidLink {
  /** The table that it writes. */
  readonly target: string
  /** The rowids that it takes from the row that fired the trigger: `new.rowid`. */
  readonly own: ReadonlySet<string>
  /** Those that it takes from rows that it selects. */
  readonly selected: ReadonlySet<string>
  /** Every word it mentions. */
  readonly words: ReadonlySet<string>
  /** Whether it looks up existing rows by the rowid of the row that fired the trigger: `WHERE id = old.rowid`. */
  readonly finds: boolean
}

/** SQLite's names for the rowid, unless a column has the name. */
export const ROWID_NAMES: ReadonlySet<string> = new Set(['rowid', 'oid', '_rowid_'])

/** The statements of a trigger that write. */
export function rowidLinks(trigger: string): RowidLink[] {
  const shape = readStatement(trigger)
  if (shape.kind !== 'create-trigger') return []
  const texts = bodyOf(new WordReader([...wordsOf(trigger)]))
  return shape.body.flatMap((one, at) => linkOf(one, texts[at] ?? []) ?? [])
}

function linkOf(shape: Statement, text: readonly Word[]): RowidLink | undefined {
  const { kind } = shape
  if (kind !== 'insert' && kind !== 'update' && kind !== 'delete') return undefined
  const words = text.map(({ key }) => plainName(key))
  const [own, selected] = [new Set<string>(), new Set<string>()]
  let finds = false
  words.forEach((word, at) => {
    if (!ROWID_NAMES.has(word)) return
    const owner = words[at - 1] === '.' ? words[at - 2] : undefined
    if (owner === 'new' || owner === 'old') {
      own.add(word)
      finds ||= words[at - 3] === '=' || words[at + 1] === '='
    } else if (words.indexOf('select') >= 0 && words.indexOf('select') < at) selected.add(word)
  })
  const target = plainName(shape.table.key)
  const isFound = finds && kind !== 'insert'
  return { target, own, selected, words: new Set(words), finds: isFound }
}
