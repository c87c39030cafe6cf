// Compares two schemas object by object. Pure.
import type { SchemaDetail, SchemaDifference } from '../model/verification.js'
import { diffTables, type Comparison, type Placed } from './diff-tables.js'
import type { Schema } from './schema.js'

/** The differences, in the order of the expected objects, then of additional ones that were found. */
export function diffSchemas(expected: Schema, found: Schema): SchemaDifference[] {
  if (expected === found) return []
  const differences: SchemaDifference[] = []
  for (const [key, object] of expected) {
    const counterpart = found.get(key)
    if (!counterpart)
      differences.push({ object: key, change: 'lost', grade: 'differs', details: [] })
    else if (object !== counterpart)
      differences.push(...changed(key, compareObjects([object, expected], [counterpart, found])))
  }
  for (const key of found.keys()) {
    if (!expected.has(key))
      differences.push({ object: key, change: 'added', grade: 'differs', details: [] })
  }
  return differences
}

const changed = (object: string, { grade, details }: Comparison): SchemaDifference[] =>
  grade === 'same' ? [] : [{ object, change: 'changed', grade, details }]

/** Compares two objects of the same type and name. */
function compareObjects(one: Placed, other: Placed): Comparison {
  const [[expected], [found]] = [one, other]
  const renamed = expected.name === found.name ? [] : [detail('name', expected.name, found.name)]
  const { grade, details } = compareMeaning(one, other)
  const all = [...renamed, ...details]
  return { grade: grade === 'same' && renamed.length > 0 ? 'spelled' : grade, details: all }
}

function compareMeaning(one: Placed, other: Placed): Comparison {
  const [[expected], [found]] = [one, other]
  if (expected.shape && found.shape) return diffTables(one, other)
  if (expected.text === found.text) return { grade: 'same', details: [] }
  const grade = expected.meaning === found.meaning ? 'spelled' : 'differs'
  return { grade, details: [detail('statement', ...excerpts(expected.text, found.text))] }
}

const detail = (what: string, expected: string, found: string): SchemaDetail => ({
  change: 'changed',
  what,
  expected,
  found,
})

/** Texts whose ends agree for longer than this are shortened there. */
const CONTEXT = 40

/** Two texts reduced to where they differ, with some context. */
function excerpts(expected: string, found: string): [string, string] {
  let start = 0
  while (start < expected.length && expected[start] === found[start]) start += 1
  let end = 0
  const room = Math.min(expected.length, found.length) - start
  while (end < room && expected.at(-1 - end) === found.at(-1 - end)) end += 1
  return [excerpt(expected, start, end), excerpt(found, start, end)]
}

function excerpt(text: string, start: number, end: number): string {
  const from = text.lastIndexOf(' ', start - CONTEXT) + 1
  const to = text.indexOf(' ', text.length - end + CONTEXT)
  const head = from > 0 ? '… ' : ''
  return head + (to < 0 ? text.slice(from) : `${text.slice(from, to)} …`)
}
