// Finds the strings and numbers that the SQL of a step looks for in each table. Pure.
import { remembered } from '../../../../src/model/collected.js'
import { scriptsIn } from '../../../../src/plan/scripts.js'
import { plainName } from '../../../../src/sql/names.js'
import { closingOf } from '../../../sql/brackets.js'
import { namesIn } from '../../../sql/names-in.js'
import { scriptEffects, type StepSide } from '../watch/observed-run.js'
import { batchTexts } from '../../sides/declared-batches.js'
import { wholeSide } from '../../sides/whole-side.js'
import { effectOf, isFilling, isQuery, nameBehind, type Effect } from '../watch/statement-effect.js'
import { uniqueMade } from '../watch/unique-made.js'
import { withViews } from '../watch/views-read.js'
import type { TableGraph } from '../fill/table-graph.js'
import type { Value } from '../fill/seed-values.js'
import { alteredTexts } from './altered-texts.js'
import {
  evictionIn,
  foldedIn,
  groupsOneTable,
  indexedBy,
  mixedIn,
  termsOf,
  type Eviction,
} from './evictions.js'
import { levelledKeys, type LevelledKey } from './levelled-keys.js'
import { textsSet } from './texts-set.js'
import { documentsWith } from './json-documents.js'
import type { Key } from '../fill/json-lists.js'
import { comparisonsIn, namesCompared, type Comparison } from './comparisons.js'

/** What a step looks for in one table. */
export interface TableLiterals {
  /** The values by column, in lower case and in order of appearance. */
  readonly columns: ReadonlyMap<string, readonly Value[]>
  /** Whether a copy replaces the table, so that the filter of the copy decides which rows survive. */
  readonly replaced: boolean
  /** The tables, itself included, named in statements with these conditions: the conditions may be about any of them. */
  readonly beside: ReadonlySet<string>
  /** Columns, in lower case, whose values `up` overwrites in the rows it finds; `*` if it deletes or replaces them. */
  readonly losing: ReadonlySet<string>
  /** Columns, in lower case, that are set to a number that no row has as id: 0 or less. */
  readonly voided: ReadonlySet<string>
  /** Whether rows are selected by equality only, by other values than the step fills the table with, so that rows with such keys may exist. */
  readonly told: boolean
  /** Columns, in lower case, that pages are read by: the first value they are compared with is where pages start. */
  readonly paged: ReadonlySet<string>
  /** Whether a column, in lower case, is named in statements with conditions, but in no condition: a matching row may have anything there. */
  isOpen(column: string): boolean
  /** Columns, in lower case, that filters use before the rows or one of their columns are removed. */
  readonly sifting: ReadonlySet<string>
  /** Columns, in lower case, of each UNIQUE index that is created when rows are deleted. */
  readonly indexed: readonly (readonly string[])[]
  /** Keys that get a UNIQUE index after an UPDATE has set one of their columns to a constant. */
  readonly levelled: readonly LevelledKey[]
  /** Columns, in lower case, whose nulls a copy replaces by a value. */
  readonly filledUp: ReadonlySet<string>
  /** The statements, as tokens, that delete or skip conflicting rows of it. */
  readonly evictions: readonly Eviction[]
  /** The DELETEs with a condition, which decides on what rows the rest of the step works. */
  readonly deletes: readonly Effect[]
  /** Whether columns of unique keys get such values too, which then distinguish the rows. */
  readonly keyed?: true
}

/** By table, in lower case. */
export type ComparedLiterals = ReadonlyMap<string, TableLiterals>

/** What the SQL of a side, declared batches included, compares; code is unknown before it runs. */
export function comparedLiterals(side: StepSide, situation: TableGraph): ComparedLiterals {
  const declared = batchTexts(side.entry, side.direction).map((text) =>
    effectOf(text, wholeSide(side.entry.version, side.direction)),
  )
  if (declared.length > 0) return literalsOf(withViews(declared, situation))
  const scripts = scriptsIn(side.entry, side.direction)
  if (!scripts?.some((script) => SUSPECT.test(script))) return new Map()
  return literalsOf(withViews(scriptEffects(side), situation))
}

/** Checked first, so that scripts full of data are not tokenized. */
const SUSPECT = /\b(?:where|when|having|join|update|replace|ignore|cast|select|unique\s+index)\b/i

/**
 * Assigns the conditions of UPDATE and DELETE to the table that they change, without subqueries, which are about other rows; the conditions
 * of INSERT … SELECT, CREATE TABLE … AS SELECT and queries of code to every table that they read.
 */
export const literalsOf = (effects: readonly Effect[]): ComparedLiterals =>
  remembered(READ, effects, readLiterals)

/** Trials ask for the same effects several times. */
const READ = new WeakMap<readonly Effect[], ComparedLiterals>()

function readLiterals(effects: readonly Effect[]): ComparedLiterals {
  const former = formerTables()
  const looks = effects.flatMap((effect): Look[] => {
    former.note(effect)
    if (!COMPARING.has(effect.verb) && !readsAll(effect) && indexedBy(effect) === null) return []
    const tokens = comparingTokens(effect)
    const comparisons = comparisonsIn(tokens)
    const altered = [
      ...alteredTexts(tokens),
      ...foldedIn(effect, effects),
      ...mixedIn(effect, effects),
      ...textsSet(effect, effects, comparisons),
    ]
    const eviction = evictionIn(effect)
    const filledUp = isFilling(effect) ? filledUpIn(tokens) : []
    const asks = [...comparisons, ...altered, ...filledUp].length > 0 || tokens.some(isCondition)
    if (!asks && !eviction) return []
    const named = [...new Set([...tablesOf(effect, tokens)].flatMap(former.of))]
    const of = eviction?.of?.flatMap(former.of)
    const evictions = eviction ? [{ ...eviction, ...(of && { of }) }] : []
    const [tables, beside] = !asks && of ? [of, []] : [named, named]
    return [{ effect, tokens, comparisons, altered, evictions, filledUp, tables, beside }]
  })
  const fillings = effects.filter(isFilling)
  const gone = new Set(effects.filter(takesAway).map(({ table }) => table))
  return new Map(
    [...new Set(looks.flatMap(({ tables }) => tables))].map((table) => {
      const own = looks.filter(({ tables }) => tables.includes(table))
      const isOpen = fillings.some((one) => one.table === table && mayPut(one, own))
      const told = !isOpen && !own.some(tellsOtherwise)
      const replaced = gone.has(table)
      const sifting = new Set(siftedOf(table, own, effects))
      const indexed = uniqueMade(effects, table)
      const levelled = levelledKeys(effects, table)
      const looked = literalsFor(own, { told, replaced, sifting, indexed, levelled })
      const isLeaving = replaced && own.some(({ effect }) => leavesOut(effect, table, effects))
      return [table, isLeaving ? { ...looked, losing: new Set([...looked.losing, '*']) } : looked]
    }),
  )
}

/** The tables whose rows a name holds at that point: they may have been renamed, or copied by CREATE TABLE … AS. */
function formerTables() {
  const former = new Map<string, readonly string[]>()
  const of = (name: string): readonly string[] => former.get(name) ?? [name]
  return {
    of,
    note({ verb, shape, table, to, tokens }: Effect): void {
      if (verb === 'rename') former.set(to, of(table))
      if (shape.kind !== 'create-table' || !shape.filled) return
      const read = tokens.slice(tokens.indexOf('SELECT')).flatMap((one) => [...namesIn(one)])
      former.set(
        plainName(shape.name.key),
        [...new Set([plainName(shape.name.key), ...read])].flatMap(of),
      )
    },
  }
}

/** A statement with conditions, and the tables that these may be about. */
interface Look {
  readonly effect: Effect
  readonly tokens: readonly string[]
  readonly comparisons: readonly Comparison[]
  readonly altered: readonly Comparison[]
  readonly evictions: readonly Eviction[]
  readonly filledUp: readonly string[]
  readonly tables: readonly string[]
  /** The same, if there are conditions. */
  readonly beside: readonly string[]
}

/** The columns in `coalesce(page, '')` and `ifnull(c.page, '')`. */
const filledUpIn = (tokens: readonly string[]): string[] =>
  tokens.flatMap((token, at) => {
    if (!/^(?:COALESCE|IFNULL)$/.test(token) || tokens[at + 1] !== '(') return []
    const end = tokens[at + 3] === '.' ? at + 4 : at + 2
    return tokens[end + 1] === ',' ? [plainName(tokens[end] ?? '')] : []
  })

/** What statements look for in one table. */
export const literalsFor = (
  looks: readonly Look[],
  rest: Pick<TableLiterals, 'told' | 'replaced' | 'sifting' | 'indexed' | 'levelled'>,
): TableLiterals => ({
  ...rest,
  columns: columnsIn(looks.flatMap(({ comparisons, altered }) => [...comparisons, ...altered])),
  beside: new Set(looks.flatMap(({ beside }) => beside)),
  losing: new Set(looks.flatMap(({ effect }) => lostBy(effect))),
  voided: new Set(looks.flatMap(({ effect }) => voidedBy(effect))),
  paged: new Set(looks.flatMap(({ tokens }) => pagedBy(tokens))),
  isOpen: (column) => looks.some((look) => readsFreely(look, column)),
  filledUp: new Set(looks.flatMap(({ filledUp }) => filledUp)),
  evictions: looks.flatMap(({ evictions }) => evictions),
  deletes: looks.flatMap(({ effect }) =>
    isNoted(effect) && effect.shape.kind === 'delete' && effect.shape.limited ? [effect] : [],
  ),
})

/** For tables that no statement searches. */
export const NOTHING_SOUGHT = {
  told: false,
  replaced: false,
  sifting: new Set<string>(),
  indexed: [],
  levelled: [],
}

/** Tokens that make rows depend on other rows. */
const isCondition = (token: string): boolean => token === 'JOIN' || token === 'WHERE'

/** Deleted rows count too, as they may have been copied elsewhere to be restored. */
const takesAway = ({ verb, shape }: Effect): boolean =>
  verb === 'drop' || verb === 'rename' || (shape.kind === 'delete' && !shape.limited)

/** Whether a copy that replaces the table may leave out some of its rows. */
function leavesOut(effect: Effect, table: string, effects: readonly Effect[]): boolean {
  const { shape, tokens, place } = effect
  const after = effects.slice(effects.indexOf(effect))
  return (
    place.direction === 'up' &&
    shape.kind === 'insert' &&
    nameBehind(after, effect.table) === table &&
    (shape.conflict !== null || groupsOneTable(effect) || tokens.includes('WHERE'))
  )
}

const dropsColumn = ({ shape }: Effect): boolean => shape.kind === 'drop-column'

/**
 * For a rebuilt table, a row left out of its copy is noticed as missing; only filters of other copies count. The same for a dropped
 * table whose copy looks values up, mostly in what these other copies have kept.
 */
function siftedOf(table: string, looks: readonly Look[], effects: readonly Effect[]): string[] {
  const isHeir = (effect: Effect): boolean =>
    isFilling(effect) && nameBehind(effects, effect.table) === table
  const isNarrowed = effects.some((one) => dropsColumn(one) && one.table === table)
  const isMadeAnew = effects.some((one) => one.table !== table && isHeir(one))
  const isDropped = effects.some(({ verb, table: own }) => verb === 'drop' && own === table)
  const isLookedUp = isDropped && looks.some(({ effect }) => isFilling(effect) && looksUp(effect))
  return looks.flatMap(({ effect, tokens }) => {
    const isMove = isNarrowed ? readsAll(effect) : (isMadeAnew || isLookedUp) && isFilling(effect)
    return isMove && !isHeir(effect) ? namesCompared(tokens) : []
  })
}

const looksUp = ({ tokens }: Effect): boolean =>
  tokens.some((token, at) => token === 'LEFT' || (token === '(' && tokens[at + 1] === 'SELECT'))

/** Whether a statement reads a column without asking for it. Assigned columns are not read; code may read them all. */
function readsFreely({ effect, tokens, comparisons }: Look, name: string): boolean {
  const isAll = isQuery(effect) && tokens[tokens.indexOf('SELECT') + 1] === '*'
  return (
    comparisons.length > 0 &&
    (isAll || tokens.some((token) => plainName(token) === name)) &&
    ![...namesCompared(tokens), ...columnsSet(effect)].includes(name)
  )
}

const columnsSet = ({ shape }: Effect): string[] =>
  shape.kind === 'update' ? shape.columns.map(({ key }) => plainName(key)) : []

/** Nothing is noted for `down`: it removes what `up` made. */
const isNoted = ({ place, shape }: Effect): boolean =>
  place.direction === 'up' && (shape.kind === 'delete' || shape.kind === 'update')

/** Whether an INSERT may put rows into a table that other statements ask for by their values. */
function mayPut({ shape, tokens }: Effect, looks: readonly Look[]): boolean {
  const isKnown = shape.kind === 'insert' && shape.selects.length === 0
  const asked = new Set(looks.flatMap((one) => one.tokens).filter(isLiteral))
  return !isKnown || tokens.some((token) => asked.has(token) || /^[?:@$]/.test(token))
}

const isLiteral = (token: string): boolean => /^['\d]/.test(token)

/** Whether rows are selected by more than equality. */
const tellsOtherwise = ({ effect }: Look): boolean =>
  isNoted(effect) && effect.tokens.some((token) => /^(?:NOT|[<>!])/.test(token))

const lostBy = (effect: Effect): string[] => [
  ...(effect.evicts && effect.place.direction === 'up' ? ['*'] : []),
  ...(!isNoted(effect) ? [] : effect.shape.kind === 'delete' ? ['*'] : columnsSet(effect)),
]

const voidedBy = (effect: Effect): string[] =>
  !isNoted(effect) || effect.shape.kind === 'delete'
    ? []
    : effect.tokens.flatMap((token, at, tokens) => {
        const isSet = /^(?:SET|,)$/.test(tokens[at - 1] ?? '') && tokens[at + 1] === '='
        return isSet && /^(?:0$|-)/.test(tokens[at + 2] ?? '') ? [plainName(token)] : []
      })

/** The columns of ORDER BY … LIMIT, and of ranges whose start code binds. */
export function pagedBy(tokens: readonly string[]): string[] {
  const ordered = tokens.includes('LIMIT')
    ? tokens.slice(tokens.lastIndexOf('ORDER'), tokens.lastIndexOf('LIMIT'))
    : []
  const ranged = tokens.filter((_, at) => RANGE.test(tokens.slice(at + 1, at + 4).join('')))
  return [...ordered, ...ranged].map(plainName)
}

const RANGE = /^(?:>=?|BETWEEN)[?:@$]/

const COMPARING: ReadonlySet<Effect['verb']> = new Set(['update', 'delete'])

const readsAll = (effect: Effect): boolean => isFilling(effect) || isQuery(effect)

function comparingTokens(effect: Effect): readonly string[] {
  const { tokens } = effect
  if (indexedBy(effect) !== null) return termsOf(tokens)
  if (!readsAll(effect)) return withoutSubqueries(tokens)
  if (!tokens.includes('SELECT')) return []
  return tokens.slice(tokens.findIndex((token) => token === 'WITH' || token === 'SELECT'))
}

const tablesOf = (effect: Effect, tokens: readonly string[]): Iterable<string> =>
  readsAll(effect) && tokens.length > 0
    ? new Set(tokens.flatMap((token) => [...namesIn(token)]))
    : [indexedBy(effect) ?? effect.table]

function columnsIn(comparisons: readonly Comparison[]): Map<string, readonly Value[]> {
  const columns = new Map<string, readonly Value[]>()
  for (const { names, values, path } of comparisons)
    for (const name of names) {
      const all = path ? documentsWith(pathsOf(name, comparisons)) : values
      columns.set(name, [...new Set([...(columns.get(name) ?? []), ...all])])
    }
  return columns
}

/** The first paths by which documents of the column are read, each once. */
function pathsOf(name: string, comparisons: readonly Comparison[]): (readonly Key[])[] {
  const paths = comparisons.flatMap((one) =>
    one.path && one.names.includes(name) ? [one.path] : [],
  )
  return [...new Map(paths.map((one) => [JSON.stringify(one), one])).values()].slice(0, MOST_PATHS)
}

const MOST_PATHS = 8

function withoutSubqueries(tokens: readonly string[]): string[] {
  let end = -1
  return tokens.filter((token, at) => {
    if (at > end && token === '(' && tokens[at + 1] === 'SELECT') end = closingOf(tokens, at)
    return at > end
  })
}
