// Parses what a statement does: the verb, the object, the columns. Parses as far as SQLite's grammar is unambiguous.
import { readCreate, readDrop, columnDefinition } from './read-create.js'
import { readWrite } from './read-write.js'
import type { Pragma, Statement, Word, Name } from './statement.js'
import { keysOf, WordReader, wordsOf } from './word-reader.js'

/**
 * Parses one statement without `;`. Handles quoted names, schema prefixes, comments and upper or lower case. Never throws:
 * anything unknown is `other`, and wrong SQL may be taken for what it resembles. Proofs have to treat `other` as a statement that
 * may do anything.
 */
export const readStatement = (sql: string): Statement => readWords(relevantWords(sql))

function readWords(words: readonly Word[]): Statement {
  const known = readVerb(new WordReader(words))
  return known ?? { kind: 'other', words: keysOf(words.slice(0, HEAD)) }
}

function readVerb(reader: WordReader): Statement | null {
  if (reader.take('create')) return readCreate(reader, readWords)
  if (reader.take('drop')) return readDrop(reader)
  if (reader.take('alter', 'table')) return readAlter(reader)
  if (reader.take('pragma')) return readPragma(reader)
  return readWrite(reader)
}

function readPragma(reader: WordReader): Pragma {
  const name = reader.name()
  return { kind: 'pragma', name, sets: reader.next.key === '=' || reader.next.key === '(' }
}

/** How many words of other statements are kept. */
const HEAD = 4

const VERBS = new Set(
  ['create', 'drop', 'alter', 'with', 'insert', 'replace', 'update', 'delete'].concat('pragma'),
)

/** All words, except rows of values, of which there may be millions, and only the first words of statements that are not parsed. */
function relevantWords(sql: string): Word[] {
  const words: Word[] = []
  let depth = 0
  let inValues = false
  for (const word of wordsOf(sql)) {
    if (word.key === '(') depth += 1
    if (word.key === ')') depth -= 1
    if (depth === 0 && word.key === 'on') inValues = false
    if (!inValues) words.push(word)
    if (words.length === HEAD && !VERBS.has(words[0]!.key)) break
    if (depth > 0 || word.key !== 'values' || words[0]?.key === 'create') continue
    if (!UPSERT.test(sql)) break
    inValues = true
  }
  return words
}

/** What may follow the rows of values. */
const UPSERT = /\bconflict\b/i

/** Parses what follows ALTER TABLE; null for an unknown form. */
function readAlter(reader: WordReader): Statement | null {
  const table = reader.name()
  if (reader.take('rename', 'to')) return { kind: 'rename-table', table, to: reader.name() }
  if (reader.take('rename')) return readRename(reader, table)
  if (reader.take('add')) return readAdd(reader, table)
  if (reader.take('drop')) return readDropPart(reader, table)
  if (reader.take('alter')) return { kind: 'alter-column', table, column: columnName(reader) }
  return null
}

function readRename(reader: WordReader, table: Name): Statement {
  const column = columnName(reader)
  reader.take('to')
  return { kind: 'rename-column', table, column, to: reader.name() }
}

function readAdd(reader: WordReader, table: Name): Statement {
  if (CONSTRAINTS.has(reader.next.key))
    return { kind: 'alter-constraint', table, constraint: keysOf(reader.rest()) }
  reader.take('column')
  return { kind: 'add-column', table, column: columnDefinition(reader.rest()) }
}

const CONSTRAINTS = new Set(['constraint', 'check', 'primary', 'unique', 'foreign'])

function readDropPart(reader: WordReader, table: Name): Statement {
  if (reader.take('constraint')) return { kind: 'alter-constraint', table, constraint: [] }
  return { kind: 'drop-column', table, column: columnName(reader) }
}

function columnName(reader: WordReader): Name {
  reader.take('column')
  return reader.name()
}
