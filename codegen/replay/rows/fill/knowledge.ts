// Collects what the SQL of a whole history says about columns before any table is filled: which hold JSON or dates, and which
// hold foreign keys.
import type { Database } from '../../../../src/database/better-sqlite3/handle.js'
import type { Registry } from '../../../../src/model/registry.js'
import { codeIn, scriptsIn } from '../../../../src/plan/scripts.js'
import { foldCase, plainName } from '../../../../src/sql/names.js'
import { splitStatements } from '../../../../src/sql/split-statements.js'
import { batchTexts } from '../../sides/declared-batches.js'
import { readStatement } from '../../../sql/read-statement.js'
import { referencesIn } from '../../../sql/references-in.js'
import { sqlTokens } from '../../../sql/sql-tokens.js'
import { listsInCode } from './code-lists.js'
import { listColumns } from './json-lists.js'

/** What the SQL of a whole history says about columns. */
export interface ColumnKnowledge {
  /** Names of columns that must hold JSON, each with the type that stands for it: `JSON`, or `JSON list` and what is read of elements. */
  readonly json: ReadonlyMap<string, string>
  /** Names of columns whose texts must be dates. */
  readonly dates: ReadonlySet<string>
  /** The tables that columns reference, including foreign keys that are only declared later. */
  readonly keys: FutureKeys
}

/** The same, shared by all databases that replay the history. */
export interface Knowledge extends ColumnKnowledge {
  /** Tables that cannot be filled, with the reasons; each is reported once. */
  readonly told: Set<string>
}

/** Reads all SQL of a history, and its code for the lists that it takes apart. */
export const columnKnowledge = (
  scripts: readonly string[],
  codes: readonly string[],
): ColumnKnowledge => ({
  json: new Map([
    ...codes.flatMap(listsInCode).map((name) => [name, 'JSON list []'] as const),
    ...jsonColumns(scripts),
  ]),
  dates: dateColumns(scripts),
  keys: futureKeys(scripts),
})

/**
 * The part of this knowledge that columns made by these scripts can depend on, as one text. Columns whose names are no plain words are
 * always included, as scripts cannot be searched for them.
 */
export function stampOf(
  { json, dates, keys }: ColumnKnowledge,
  scripts: readonly string[],
): string {
  const words = scripts.flatMap((script) => foldCase(script).match(WORD) ?? [])
  const odd = [...json.keys(), ...dates, ...keys.keys()].filter(
    (name) => name.match(WORD)?.[0] !== name,
  )
  const names = [...new Set([...words, ...odd])].sort()
  return JSON.stringify([
    names.flatMap((name) => (json.has(name) ? [[name, json.get(name)]] : [])),
    names.filter((name) => dates.has(name)),
    names.flatMap((name) => (keys.has(name) ? [[name, keys.get(name)]] : [])),
  ])
}

const WORD = /[\w$\x80-\uffff]+/g

/** Reads the SQL scripts, declared batches and code of a history. */
export function knowledgeOf(registry: Registry<Database>): Knowledge {
  const sides = registry.flatMap((entry) =>
    (['up', 'down'] as const).map((direction) => [entry, direction] as const),
  )
  const scripts = sides.flatMap((side) => scriptsIn(...side) ?? batchTexts(...side))
  const codes = sides.flatMap((side) => codeIn(...side) ?? [])
  return { told: new Set(), ...columnKnowledge(scripts, codes) }
}

/** What a column references: a table, and one of its columns unless that is the primary key. Names are in lower case. */
interface FutureKey {
  readonly parent: string
  readonly column: string | null
}

/** References by column name, in lower case. */
type FutureKeys = ReadonlyMap<string, FutureKey>

/**
 * The foreign keys that the SQL of a history declares anywhere, since columns may hold keys before they are declared. Columns that
 * reference different tables in different places are left out.
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
 * The columns, in lower case and regardless of their table, that the SQL of a history reads as JSON, where other generated text would fail:
 * first arguments of `json_…(…)` functions that read, and operands of `->`. If it only takes their elements, they are lists.
 */
export function jsonColumns(scripts: readonly string[]): ReadonlyMap<string, string> {
  const suspects = scripts.filter((script) => SUSPECT.test(script))
  const read = suspects.flatMap((script) => [...namesIn(script, READS_JSON)])
  const taken = suspects.flatMap((script) => [...namesIn(script, TAKES_PARTS)])
  const lists = suspects
    .filter((script) => LISTING.test(script))
    .flatMap((script) => splitStatements(script))
    .flatMap(({ text }) => listColumns([...sqlTokens(text)], LISTING))
  return new Map(
    read.map((name) => {
      const own = lists.filter((one) => one.name === name && one.at.length === 0)
      const shapes = new Set(own.map(({ paths }) => `JSON list ${JSON.stringify(paths)}`))
      const isList = shapes.size === 1 && own.length === taken.filter((one) => one === name).length
      return [name, isList ? [...shapes].join('') : 'JSON']
    }),
  )
}

/**
 * The columns, in lower case and regardless of their table, whose texts the SQL of a history reads as dates, where other generated text
 * would come to NULL. Numbers are told by a modifier.
 */
const dateColumns = (scripts: readonly string[]): ReadonlySet<string> =>
  new Set(scripts.flatMap((script) => [...datesIn(script)]))

function* datesIn(script: string): Generator<string> {
  if (!DATES.test(script)) return
  const tokens = [...sqlTokens(script)]
  for (const [index, token] of tokens.entries()) {
    if (!DATES.test(token) || tokens[index + 1] !== '(') continue
    // The format comes first.
    const start = token === 'STRFTIME' && tokens[index + 3] === ',' ? index + 4 : index + 2
    const inside = tokens.slice(start, tokens.indexOf(')', start))
    if (!inside.some((one) => NUMBERED.test(one))) yield* nameFrom(tokens, start)
  }
}

const DATES = /\b(?:date|time|datetime|julianday|unixepoch|strftime)\b/i

const NUMBERED = /^'(?:unixepoch|julianday|auto)'$/i

/** Checked first, so that scripts full of data are not tokenized. */
const SUSPECT = /\bjsonb?[_\s(]|->/i

function* namesIn(script: string, reads: RegExp): Generator<string> {
  const tokens = [...sqlTokens(script)]
  for (const [index, token] of tokens.entries()) {
    if (reads.test(token) && tokens[index + 1] === '(') yield* nameFrom(tokens, index + 2)
    if (token === '-' && tokens[index + 1] === '>') yield plainName(tokens[index - 1] ?? '')
  }
}

/** Excludes the functions that build JSON, which accept any values. */
const READS_JSON = /^JSONB?(?:$|_(?!(?:GROUP_)?(?:ARRAY|OBJECT)$|QUOTE$))/

/** Those that take lists, mostly. */
const LISTING = /\bjsonb?_(?:each|array_length)\b/i

/** Those that tell more than whether it is JSON. */
const TAKES_PARTS = /^JSONB?(?:$|_(?!(?:GROUP_)?(?:ARRAY|OBJECT)$|QUOTE$|VALID$))/

/** Yields `payload` for `payload` and `e.payload`, nothing for a literal or a call. */
function* nameFrom(tokens: readonly string[], start: number): Generator<string> {
  const at = tokens[start + 1] === '.' ? start + 2 : start
  const next = tokens[at + 1]
  const name = tokens[at] ?? ''
  if ((next === ',' || next === ')') && !name.startsWith("'")) yield plainName(name)
}
