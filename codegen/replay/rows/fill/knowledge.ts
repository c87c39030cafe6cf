// What is known of a whole history before its tables are filled.
import type { Database } from '../../../../src/database/better-sqlite3/handle.js'
import type { Registry } from '../../../../src/model/registry.js'
import { sideOf } from '../../../../src/plan/scripts.js'
import { foldCase, plainName } from '../../../../src/sql/names.js'
import { splitStatements } from '../../../../src/sql/split-statements.js'
import { batchTexts } from '../../sides/declared-batches.js'
import { readStatement } from '../../../sql/read-statement.js'
import { referencesIn } from '../../../sql/references-in.js'
import { sqlTokens } from '../../../sql/sql-tokens.js'

/** What the SQL of a whole history tells about columns. */
export interface ColumnKnowledge {
  /** The names of columns whose texts must be JSON. */
  readonly json: ReadonlySet<string>
  /** The tables that columns point at, declared or not yet. */
  readonly keys: FutureKeys
}

/** The same for every database that the history is carried on. */
export interface Knowledge extends ColumnKnowledge {
  /** The tables that cannot be filled, with the reasons: each is told but once. */
  readonly told: Set<string>
}

/** Reads all SQL of a history. */
export const columnKnowledge = (scripts: readonly string[]): ColumnKnowledge => ({
  json: jsonColumns(scripts),
  keys: futureKeys(scripts),
})

/**
 * As one text, what is known of the columns that such scripts can make; of those with odd names, which no word in a script
 * tells, always.
 */
export function stampOf({ json, keys }: ColumnKnowledge, scripts: readonly string[]): string {
  const words = scripts.flatMap((script) => foldCase(script).match(WORD) ?? [])
  const odd = [...json, ...keys.keys()].filter((name) => name.match(WORD)?.[0] !== name)
  const names = [...new Set([...words, ...odd])].sort()
  return JSON.stringify([
    names.filter((name) => json.has(name)),
    names.flatMap((name) => (keys.has(name) ? [[name, keys.get(name)]] : [])),
  ])
}

const WORD = /[\w$\x80-\uffff]+/g

/** Reads the SQL of a history, as far as it is no code. */
export function knowledgeOf(registry: Registry<Database>): Knowledge {
  const scripts = registry.flatMap((entry) =>
    (['up', 'down'] as const).flatMap((direction) => {
      const side = sideOf(entry, direction)
      return side && 'scripts' in side ? side.scripts : batchTexts(entry, direction)
    }),
  )
  return { told: new Set(), ...columnKnowledge(scripts) }
}

/** What a column points at: a table, and a column of it unless it is the primary key. Names are in lower case. */
interface FutureKey {
  readonly parent: string
  readonly column: string | null
}

/** By the name of a column, what such columns point at; names are in lower case. */
type FutureKeys = ReadonlyMap<string, FutureKey>

/**
 * The foreign keys that the SQL of a history speaks of, wherever: columns may hold keys before they are declared to. A column that
 * points at different tables in different places tells nothing.
 */
export function futureKeys(scripts: readonly string[]): FutureKeys {
  const keys = new Map<string, FutureKey>()
  const doubtful = new Set<string>()
  for (const [column, key] of scripts.flatMap(keysIn)) {
    const known = keys.get(column)
    if (known && known.parent !== key.parent) doubtful.add(column)
    keys.set(column, { ...key, column: key.column ?? known?.column ?? null })
  }
  return new Map([...keys].filter(([column]) => !doubtful.has(column)))
}

function keysIn(script: string): (readonly [string, FutureKey])[] {
  if (!/\breferences\b/i.test(script)) return []
  return splitStatements(script)
    .flatMap(({ text }) => referencesIn(readStatement(text)))
    .flatMap(({ columns: [column, more], parent, parentColumns: [to = null] }) =>
      column === undefined || more !== undefined ? [] : [[column, { parent, column: to }] as const],
    )
}

/**
 * The columns that the SQL of a history reads as JSON, where generated texts would be refused: their names in lower case,
 * whatever their table. First arguments of `json_…(…)` that read, and what stands before `->`.
 */
export const jsonColumns = (scripts: readonly string[]): ReadonlySet<string> =>
  new Set(scripts.flatMap((script) => [...namesIn(script)]))

/** Looked for first, so that scripts full of data are not cut into tokens. */
const SUSPECT = /\bjsonb?[_\s(]|->/i

function* namesIn(script: string): Generator<string> {
  if (!SUSPECT.test(script)) return
  const tokens = [...sqlTokens(script)]
  for (const [index, token] of tokens.entries()) {
    if (READS_JSON.test(token) && tokens[index + 1] === '(') yield* nameFrom(tokens, index + 2)
    if (token === '-' && tokens[index + 1] === '>') yield plainName(tokens[index - 1] ?? '')
  }
}

/** Not those that make JSON of values, whatever these are. */
const READS_JSON = /^JSONB?(?:$|_(?!(?:GROUP_)?(?:ARRAY|OBJECT)$|QUOTE$))/

/** `payload`, `e.payload`; nothing where a value or a function stands. */
function* nameFrom(tokens: readonly string[], start: number): Generator<string> {
  const at = tokens[start + 1] === '.' ? start + 2 : start
  const next = tokens[at + 1]
  const name = tokens[at] ?? ''
  if ((next === ',' || next === ')') && !name.startsWith("'")) yield plainName(name)
}
