// Compares two tables column by column and constraint by constraint. Pure.
import type { SchemaDetail, SchemaDifference } from '../model/verification.js'
import { canonicalName } from '../sql/canonical-tokens.js'
import { plainName } from '../sql/names.js'
import type { Schema, SchemaObject, TableShape } from './schema.js'

/** An object compared with its counterpart. */
export interface Comparison {
  /** `spelled`: written differently, with the same meaning. */
  readonly grade: 'same' | SchemaDifference['grade']
  /** Empty if they are the same. */
  readonly details: readonly SchemaDetail[]
}

/** An object and its schema. */
export type Placed = readonly [SchemaObject, Schema]

/** Grades two ordinary tables by their text; if that seems to differ in meaning, PRAGMAs that agree on both overrule it. */
export function diffTables(one: Placed, other: Placed): Comparison {
  const [[expected], [found]] = [one, other]
  const recased = recasedColumns(expected, found)
  if (expected.text === found.text && recased.length === 0) return { grade: 'same', details: [] }
  const [was, is] = [expected.shape as TableShape, found.shape as TableShape]
  if (expected.meaning !== found.meaning && !toldAlike(one, other))
    return { grade: 'differs', details: [...columnDetails(was, is), ...constraintDetails(was, is)] }
  const details = [...recased, ...spellingDetails(was, is)]
  return details.length === 0 ? { grade: 'same', details } : { grade: 'spelled', details }
}

/** Whether PRAGMAs agree, and whatever they do not report is written the same. */
function toldAlike(expected: Placed, found: Placed): boolean {
  if (!expected[0].facts || !found[0].facts) return false
  const lines = ([{ facts, shape }, schema]: Placed): string =>
    [
      ...(facts?.lines ?? []).map((line) => withTargets(line, schema)),
      ...(shape ? untold(shape) : []),
    ].join('\n')
  return lines(expected) === lines(found)
}

/** A key without target columns refers to the primary key of its parent. */
function withTargets(line: string, schema: Schema): string {
  if (!line.endsWith(',null]]')) return line
  const [parent, updated, deleted, ...pairs] = JSON.parse(line) as readonly unknown[]
  const key = (schema.get(`table ${String(parent)}`)?.facts?.lines ?? [])
    .map((one) => JSON.parse(one) as readonly unknown[])
    .filter(({ length, 4: place }) => length === 6 && Number(place) > 0)
    .sort((one, other) => Number(one[4]) - Number(other[4]))
  const targets = key.map(([name]) => plainName(String(name)))
  const all = pairs.map((pair, at) => [(pair as unknown[])[0], targets[at] ?? null])
  return JSON.stringify([parent, updated, deleted, ...all])
}

/** What PRAGMAs do not report: collations, generation, checks, options, conflict clauses, deferred keys, AUTOINCREMENT. */
const untold = ({ columns, constraints }: TableShape): string[] => [
  ...columns.map((column) => column.untold),
  ...constraints.flatMap((text) => {
    if (!/^(?:primary|unique|foreign) /.test(text)) return [text]
    return /\)( (?:desc|on conflict|autoincrement).*)$|( deferred)$/.exec(text)?.[0] ?? []
  }),
]

/** Columns whose names differ only in case: query results use that spelling. */
function recasedColumns(expected: SchemaObject, found: SchemaObject): SchemaDetail[] {
  const written = new Map(found.facts?.columns.map((name) => [canonicalName(name), name]))
  return (expected.facts?.columns ?? []).flatMap((name) => {
    const now = written.get(canonicalName(name))
    if (now === undefined || now === name) return []
    return [{ change: 'changed', what: 'name of a column', expected: name, found: now } as const]
  })
}

function columnDetails(expected: TableShape, found: TableShape): SchemaDetail[] {
  const details: SchemaDetail[] = []
  const now = new Map(found.columns.map(({ name, text }) => [name, text]))
  const before = new Map(expected.columns.map(({ name, text }) => [name, text]))
  for (const [name, text] of before) {
    const counterpart = now.get(name)
    if (counterpart !== text)
      details.push({
        change: counterpart === undefined ? 'lost' : 'changed',
        what: `column ${name}`,
        expected: text,
        found: counterpart ?? null,
      })
  }
  for (const [name, text] of now) {
    if (!before.has(name))
      details.push({ change: 'added', what: `column ${name}`, expected: null, found: text })
  }
  return [...details, ...orderDetails([...before.keys()], [...now.keys()])]
}

/** The order of the columns that both have. */
function orderDetails(before: readonly string[], now: readonly string[]): SchemaDetail[] {
  const expected = before.filter((name) => now.includes(name)).join(', ')
  const found = now.filter((name) => before.includes(name)).join(', ')
  if (expected === found) return []
  return [{ change: 'moved', what: 'columns', expected, found }]
}

const constraintDetails = (expected: TableShape, found: TableShape): SchemaDetail[] =>
  setDetails('constraint', expected.constraints, found.constraints)

/** How the same meaning is spelled differently. The order of foreign keys is no difference at all. */
function spellingDetails(expected: TableShape, found: TableShape): SchemaDetail[] {
  const details = setDetails('definition', expected.definitions, found.definitions)
  if (details.length > 0) return details
  const [was, is] = [inOrder(expected), inOrder(found)]
  return was === is ? [] : [{ change: 'moved', what: 'constraints', expected: was, found: is }]
}

const inOrder = ({ columns, definitions }: TableShape): string =>
  definitions
    .slice(columns.length)
    .filter((text) => !/^(?:constraint \S+ )?foreign key \(/.test(text))
    .join(', ')

function setDetails(
  what: string,
  expected: readonly string[],
  found: readonly string[],
): SchemaDetail[] {
  return [
    ...expected
      .filter((text) => !found.includes(text))
      .map((text) => ({ change: 'lost', what, expected: text, found: null }) as const),
    ...found
      .filter((text) => !expected.includes(text))
      .map((text) => ({ change: 'added', what, expected: null, found: text }) as const),
  ]
}
