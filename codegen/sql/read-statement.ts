// Finds out what a statement does: the verb, the object, the columns. Reads as far as SQLite's grammar is clear.
import { readAlter } from './read-alter.js'
import { readCreate, readDrop } from './read-create.js'
import { readWrite } from './read-write.js'
import type { Statement } from './statement.js'
import { WordReader, wordsOf, type Word } from './word-reader.js'

/**
 * Reads one statement without `;`. Quoted names, schema prefixes, comments and letters of any size are understood.
 * Never throws: what no such statement can be is `other`, and wrong SQL may be taken for what it resembles.
 */
export function readStatement(sql: string): Statement {
  const reader = new WordReader(relevantWords(sql))
  if (reader.take('create')) return readCreate(reader) ?? OTHER
  if (reader.take('drop')) return readDrop(reader) ?? OTHER
  if (reader.take('alter', 'table')) return readAlter(reader) ?? OTHER
  return readWrite(reader) ?? OTHER
}

const OTHER: Statement = { kind: 'other' }

const VERBS = new Set(['create', 'drop', 'alter', 'with', 'insert', 'replace', 'update', 'delete'])

/** All words, but of rows of values, which can be millions, and of statements that no rule takes apart, none. */
function relevantWords(sql: string): Word[] {
  const words: Word[] = []
  let depth = 0
  for (const word of wordsOf(sql)) {
    if (words.length === 0 && !VERBS.has(word.key)) break
    if (word.key === '(') depth += 1
    if (word.key === ')') depth -= 1
    words.push(word)
    if (word.key === 'values' && depth === 0) break
  }
  return words
}
