// Judges whether full-text indexes that matched their content rows before a side, or are new, match them after it.
import type { IndexMisfit } from '../../../model/evidence.js'
import type { IndexMended } from '../../../model/version-facts.js'
import { foldCase, isSameName, plainName } from '../../../../src/sql/names.js'
import { wholeSide } from '../../sides/whole-side.js'
import { keysMayAct, type ObservedSide } from '../watch/observed-run.js'
import type { Connection } from '../fill/connection.js'
import {
  findsByRowid,
  fitOf,
  holdsOwnRows,
  holdsRows,
  indexesMade,
  isRightInPart,
  type Fit,
  type NotedIndex,
} from '../watch/external-indexes.js'
import { findsFewRows, type Fate } from './fate.js'
import { movedBy } from './moved-rowids.js'
import { reachOf, tableNamed } from '../fill/table-graph.js'
import { namesIn } from '../../../sql/names-in.js'
import { sqlTokens } from '../../../sql/sql-tokens.js'
import type { Update } from '../../../sql/statement.js'
import { type Effect } from '../watch/statement-effect.js'

/**
 * Empty if the index was rebuilt afterwards, as it matches then. An index that did not match before, such as one that skips rows on
 * purpose, is judged by the rowids of its rows only.
 */
export function judgeIndexes(
  connection: Connection,
  side: ObservedSide,
  fates: readonly Fate[],
): (IndexMisfit | IndexMended)[] {
  return [
    ...side.indexes.flatMap((noted) => judgeNoted({ connection, side, noted, fates })),
    ...indexesMade(connection, side).flatMap((noted) =>
      judgeMade({ connection, side, noted, fates }),
    ),
  ]
}

function judgeMade(known: Known): IndexMisfit[] {
  const { connection, noted } = known
  const fit = fitOf(connection, noted)
  if (fit === 'other-rows') return unfit(known)
  if (fit === 'fits' || isFilledByHand(known)) return []
  const { at } = located(known, madeAnew(known))
  const { name: index } = noted.index
  const said = { kind: 'index-misfit', index, at, table: noted.content } as const
  return [{ ...said, cause: 'blind', message: fit.unreadable }]
}

function judgeNoted(known: Known): (IndexMisfit | IndexMended)[] {
  const { connection, noted } = known
  const fit = fitOf(connection, noted)
  if (fit === 'fits') return mended(known)
  if (known.fates.some((fate) => noted.reads.has(fate.name) && findsFewRows(fate))) return []
  const said = { kind: 'index-misfit', index: noted.index.name } as const
  const moved = fit === 'other-rows' ? movedIn(known) : undefined
  if (moved) return [{ ...said, ...moved, cause: 'rowids', message: null }]
  if (noted.was !== 'fits' || isAsBefore(known, fit)) return []
  if (fit === 'other-rows') return unfit(known)
  if (isFilledByHand(known)) return []
  const { at } = located(known, lastStructural(known) ?? lastMention(known))
  return [{ ...said, at, table: noted.content, cause: 'unreadable', message: fit.unreadable }]
}

/** Rows of a version are made with matching indexes; what ran shows whether it would repair one that does not match. */
function mended(known: Known): IndexMended[] {
  const { direction, entry } = known.side
  if (direction === 'down' || !(madeAnew(known) || isRefilled(known))) return []
  return [{ kind: 'index-mended', version: entry.version, index: known.noted.index.name }]
}

/** Whether `down` leaves an index that cannot read its rows as `up` found it. */
const isAsBefore = ({ side: { undoes }, noted }: Known, fit: Fit): boolean =>
  typeof fit === 'object' &&
  (undoes?.indexes ?? []).some(
    ({ index, was }) =>
      isSameName(index.name, noted.index.name) &&
      typeof was === 'object' &&
      was.unreadable === fit.unreadable,
  )

/** An index that matched, or is new, and does not match now. */
function unfit(known: Known): IndexMisfit[] {
  const said = { kind: 'index-misfit', index: known.noted.index.name, message: null } as const
  const unnumbered = filledIn(known).findLast((effect) => !givesNumber(effect))
  if (unnumbered) {
    const { place: at } = unnumbered
    return [{ ...said, at, table: known.noted.content, cause: 'unnumbered' }]
  }
  const filled = filledIn(known).at(-1)
  if (filled && isFirstFilled(known, filled)) return []
  if (filled && isFilledByHand(known) && isRightInPart(known.connection, known.noted))
    return isToldOfAll(known)
      ? [{ ...said, at: filled.place, table: known.noted.content, cause: 'misfilled' }]
      : []
  return [{ ...said, ...changedIn(known) }]
}

/**
 * Whether a side fills an index that no trigger maintained, and does not change its rows afterwards: in production the index was empty, and
 * only the rows of the proof are in it twice, or in their old form.
 */
function isFirstFilled(known: Known, filled: Effect): boolean {
  const names = ownNames(known)
  const kept = [...known.side.before.attached.triggers.values()].flat()
  const speaks = (sql: string): boolean =>
    [...sqlTokens(sql)].some((token) => names.has(plainName(token)))
  const isTold = known.side.effects.some((one) => names.has(one.table) && commands(one))
  const written = lastChange(known)
  const isOld = !madeAnew(known) && (!written || isBehind(known, filled, written))
  return isOld && !isTold && !kept.some(({ sql }) => speaks(sql))
}

/** Whether a trigger removes every changed or deleted row from the index, including rows that the index never got, which damages it. */
function isToldOfAll({ connection, noted }: Known): boolean {
  const index = foldCase(noted.index.name)
  const triggers = connection.all("SELECT sql FROM sqlite_master WHERE type = 'trigger'")
  return triggers.some(([sql]) => {
    const words = [...sqlTokens(String(sql))]
    const isRemoval = words.includes("'delete'") && words.some((one) => plainName(one) === index)
    return isRemoval && !words.some((one) => FILTERS.has(one))
  })
}

const FILTERS: ReadonlySet<string> = new Set(['WHEN', 'WHERE', 'CASE', 'IIF'])

interface Known {
  readonly connection: Connection
  readonly side: ObservedSide
  readonly noted: NotedIndex
  readonly fates: readonly Fate[]
}

type Located = Pick<IndexMisfit, 'at' | 'table'>

/** The rebuilt or vacuumed table whose rows have other rowids since. */
function movedIn({ side, noted, fates }: Known): Located | undefined {
  for (const fate of fates) {
    const { name, after } = fate
    if (!noted.reads.has(name) || !findsByRowid(noted, side.before, name)) continue
    const cause = movedBy(fate)
    if (cause) return { at: cause.place, table: after.table.name }
  }
  return undefined
}

function changedIn(known: Known): Located & Pick<IndexMisfit, 'cause'> {
  const made = madeAnew(known)
  if (made && !holdsRows(known.connection, known.noted))
    return { at: made.place, table: known.noted.content, cause: 'unfilled' }
  const [written, filled] = [lastWrite(known), filledIn(known).at(-1)]
  if (filled && (!written || (made && isBehind(known, filled, written))))
    return {
      at: filled.place,
      table: known.noted.content,
      cause: holdsOwnRows(known.connection, known.noted) ? 'text' : 'misfilled',
    }
  const found = written ?? lastStructural(known) ?? lastMention(known)
  return { ...located(known, found), cause: 'rows' }
}

/** The statement that creates the index, also under a temporary name. */
const madeAnew = (known: Known): Effect | undefined => {
  const names = ownNames(known)
  return known.side.effects.findLast(({ verb, table }) => verb === 'create' && names.has(table))
}

const ownNames = ({ side, noted }: Known): ReadonlySet<string> =>
  side.effects.reduceRight(
    (names, { verb, table, to }) => (verb === 'rename' && names.has(to) ? names.add(table) : names),
    new Set([foldCase(noted.index.name)]),
  )

/** If an index is recreated or emptied, and filled row by row, its author decides which rows it has. */
const isFilledByHand = (known: Known): boolean => {
  const names = ownNames(known)
  const isEmptying = (one: Effect): boolean =>
    names.has(one.table) && commands(one) && one.tokens.includes("'delete-all'")
  const made = madeAnew(known) ?? known.side.effects.findLast(isEmptying)
  return made !== undefined && filledIn(known).some((one) => isBehind(known, one, made))
}

const isBehind = ({ side: { effects } }: Known, one: Effect, other: Effect): boolean =>
  effects.indexOf(one) > effects.indexOf(other)

/** The statements that insert rows into the index. */
const filledIn = (known: Known): Effect[] => {
  const names = ownNames(known)
  return known.side.effects.filter(
    (effect) => effect.verb === 'insert' && names.has(effect.table) && !commands(effect),
  )
}

/** An index receives commands through a column with its own name. */
const commands = (effect: Effect): boolean => columnsOf(effect).includes(effect.table)

const isRefilled = (known: Known): boolean => {
  const names = ownNames(known)
  return known.side.effects.some(
    (one) => names.has(one.table) && commands(one) && one.tokens.includes("'rebuild'"),
  )
}

/** Without explicit rowids the index counts from 1, whatever the rowids of its content rows. */
const givesNumber = (effect: Effect): boolean => columnsOf(effect).some((name) => NUMBERS.has(name))

const NUMBERS = new Set(['rowid', 'docid', 'oid', '_rowid_'])

/** The columns that an INSERT names. */
function columnsOf({ tokens }: Effect): string[] {
  const into = tokens.indexOf('INTO')
  const open = tokens[into + 2] === '.' ? into + 4 : into + 2
  return tokens[open] === '('
    ? tokens.slice(open + 1, tokens.indexOf(')', open)).map(plainName)
    : []
}

function located({ side, noted }: Known, effect: Effect | undefined): Located {
  const { entry, direction, before } = side
  const table = effect && noted.reads.has(effect.table) && tableNamed(before, effect.table)
  return {
    at: effect?.place ?? wholeSide(entry.version, direction),
    table: table ? table.name : noted.content,
  }
}

/** What the index reads, including temporary names of such tables. */
const namesOf = ({ noted, fates }: Known): ReadonlySet<string> =>
  new Set([
    ...noted.reads,
    ...fates.flatMap(({ name, rebuild, heir }) =>
      rebuild && noted.reads.has(name) ? heir.effects.map(({ table }) => table) : [],
    ),
  ])

/** The last statement that writes its rows: one that sets a column of the index, else one that triggers a write. */
function lastWrite(known: Known): Effect | undefined {
  const { setting, direct, reaching } = writesOn(known)
  return setting.at(-1) ?? direct.at(-1) ?? reaching.at(-1)
}

/** The last statement that may change what the index reads: of a table only its own columns, of a view possibly anything. */
function lastChange(known: Known): Effect | undefined {
  const { setting, direct, reaching } = writesOn(known)
  const isView = known.noted.reads.size > 1
  return setting.at(-1) ?? (isView ? direct.at(-1) : undefined) ?? reaching.at(-1)
}

function writesOn(known: Known) {
  const { side, noted } = known
  const names = namesOf(known)
  const columns = new Set([noted.key, ...noted.index.columns.map(({ name }) => name)].map(foldCase))
  const all = side.effects.filter(({ verb }) => WRITES.has(verb))
  const direct = all.filter(({ table }) => names.has(table))
  const setting = direct.filter(({ shape }) => shape.kind !== 'update' || setsAny(shape, columns))
  const keys = keysMayAct(side.entry) ? 'cascades' : 'still'
  const reaching = all.filter(
    ({ table }) =>
      !names.has(table) &&
      [...reachOf([table], side.before, keys).reached].some((name) => names.has(name)),
  )
  return { setting, direct, reaching }
}

const setsAny = ({ columns }: Update, names: ReadonlySet<string>): boolean =>
  columns.some(({ key }) => names.has(plainName(key)) || NUMBERS.has(plainName(key)))

const WRITES: ReadonlySet<Effect['verb']> = new Set(['insert', 'update', 'delete'])

const STRUCTURAL: ReadonlySet<Effect['shape']['kind']> = new Set([
  'drop',
  'rename-table',
  'rename-column',
  'drop-column',
  'alter-column',
  'alter-constraint',
])

/** The last statement that drops, renames or alters what it reads. */
function lastStructural(known: Known): Effect | undefined {
  const names = namesOf(known)
  return known.side.effects.findLast(
    ({ shape, table }) => names.has(table) && STRUCTURAL.has(shape.kind),
  )
}

/** The last statement that mentions what it reads, such as a view. */
function lastMention(known: Known): Effect | undefined {
  const names = namesOf(known)
  return known.side.effects.findLast((effect) => mentions(effect, names))
}

const mentions = ({ tokens }: Effect, names: ReadonlySet<string>): boolean =>
  tokens.some((token) => [...namesIn(token)].some((name) => names.has(name)))
