// Finds out what a statement does: the verb, the object, the columns. Reads as far as SQLite's grammar is clear.
import { readAlter } from './read-alter.js'
import { readCreate, readDrop } from './read-create.js'
import { readWrite } from './read-write.js'
import type { Pragma, Statement, Word } from './statement.js'
import { keysOf, WordReader, wordsOf } from './word-reader.js'

/**
 * Reads one statement without `;`. Quoted names, schema prefixes, comments and letters of any size are understood.
 * Never throws: what no such statement can be is `other`, and wrong SQL may be taken for what it resembles. Who proves
 * something by it has to take `other` for a statement that may do anything.
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

/** All words, but of rows of values, which can be millions, and of statements that nobody takes apart, the first ones. */
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

/** What may come behind the rows of values. */
const UPSERT = /\bconflict\b/i
