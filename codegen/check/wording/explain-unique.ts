// Explains why a statement meets duplicate rows, and what to do before it.
import { canonicalName, canonicalTokens } from '../../../src/sql/canonical-tokens.js'
import type { Catalog, CatalogTable } from '../../model/catalog.js'
import type { StepFailed } from '../../model/evidence.js'
import { alikeIn, alikeRows, filledIn, type AlikeRows } from './alike-rows.js'
import { DECIDE, explainJoin, explainSelect, JOIN, type Words } from './explain-join.js'
import {
  ANY_ROWS,
  explainGuarded,
  explainInsert,
  guardOn,
  isFilledBefore,
  type MeetingRows,
} from './explain-insert.js'
import { explainNew } from './explain-new-columns.js'
import { multipliedRows, withColumns } from './multiplied-rows.js'
import { madeValue } from './made-value.js'
import { listed } from '../../diagnostics/listed.js'
import { readStatement } from '../../sql/read-statement.js'
import type { CreateIndex, Insert, Update } from '../../sql/statement.js'
import { isMadeNumber } from '../../model/rowid-column.js'
import { columnOf, tableIn } from '../../model/in-catalog.js'
import { partialKey, type PartialKey } from '../changes/partial-key.js'
import { namesBefore, uniqueIndexOf, type UniqueIndex } from '../changes/unique-index.js'
import type { ReplayedStep } from '../subject/rule.js'
import { isClosed } from '../subject/declared-place.js'
import { finalName } from '../subject/final-name.js'
import { copyOf, type Copy } from '../subject/schema-acts.js'
import { sqlName, sqlNames } from '../../sql/sql-name.js'
import { foldCase, foldUpper, isSameName } from '../../../src/sql/names.js'

/** A statement that SQLite stopped because of duplicates. */
export interface UniqueFailure {
  readonly fact: StepFailed
  readonly step: ReplayedStep
  /** The statement; null if several ran as one text. */
  readonly sql: string | null
  /** The table with the unique constraint, as SQLite names it; '' if it names an index. */
  readonly target: string
  /** Empty if SQLite names an index over expressions. */
  readonly columns: readonly string[]
}

/** The words for `UNIQUE constraint failed`. A DELETE is suggested only if it can remove nothing but conflicting rows. */
export function explainUnique(given: UniqueFailure): Words {
  const failure =
    given.fact.at.direction === 'down' ? { ...given, step: turned(given.step) } : given
  const { sql, columns } = failure
  const shape = sql === null ? null : readStatement(sql)
  if (given.fact.given) return explainGiven(sqlNames(columns))
  if (shape?.kind === 'create-index') return explainIndex(failure, shape)
  const same = columns.length === 0 ? 'value in an index over expressions' : sqlNames(columns)
  if (shape?.kind === 'update') return explainUpdate(failure, shape, same)
  return shape?.kind === 'insert'
    ? explainFilling(failure, shape, same)
    : explainOther(failure, same)
}

/** From the view of `down`, which begins with the schema that `up` leads to. */
const turned = (step: ReplayedStep): ReplayedStep => ({
  ...step,
  before: step.after,
  after: step.before,
})

function explainFilling(failure: UniqueFailure, shape: Insert, same: string): Words {
  const sql = failure.sql ?? ''
  const copy = copyOf(shape) ?? (JOIN.test(sql) ? null : (copyIn(failure) ?? null))
  const { target, step } = failure
  const isMade = isNew(target, step)
  const isFresh = isMade && !isFilledBefore(failure, shape)
  if (copy && isFresh) return explainCopy(failure, { ...copy, shape })
  const listing = withColumns(shape, step)
  const joined = isMade ? multipliedRows(failure, listing, isFresh ? 'empty' : 'filled') : null
  if (joined) return explainJoin(same, joined)
  if (isFresh && shape.selects.length > 0) return explainSelect(failure, listing)
  const rows = meetingRows(failure, copy)
  const guard = copy ? guardOn(target, sql) : undefined
  return guard
    ? explainGuarded(failure.columns, guard, { same, ...rows })
    : explainInsert(same, rows)
}

/** The copy that the statement makes as the schema tells it, also without a list of columns. */
export const copyIn = ({ fact, step, sql }: UniqueFailure): Copy | undefined =>
  step.acts[fact.at.direction].flatMap((act) =>
    act.kind === 'copy' && act.statement.text === sql ? [act] : [],
  )[0]

/** For unknown statements, as in a rebuild by `ctx.rebuild`. */
function explainOther({ fact, step, columns }: UniqueFailure, same: string): Words {
  const table = tableIn(step.before, fact.table ?? '')
  const terms = columns.map((name) => sqlName(spelled(name, table)))
  const asked = table && { table: sqlName(table.name), terms, where: '', isPlain: false }
  const find = asked && alikeRows(asked, filledIn(table.name, step)).find
  const hasAll = columns.every((name) => table && columnOf(table, name))
  return {
    why: `Two rows would have the same ${same}, which is UNIQUE.`,
    fix: `Find out whether there were duplicates before${find && columns.length > 0 && hasAll ? ` with \`${find}\`` : ''}, or they arise only here; decide which one stays, and change or delete the others first${isClosed(step.migration, fact.at.direction) ? ', in a migration before this one' : ''}`,
  }
}

/** What a query finds for each row may be unique at the end, but not at each row's turn. */
function explainUpdate({ step, sql, target, columns }: UniqueFailure, shape: Update, same: string) {
  const partial = partialKey(columns.map(sqlName), target, step.before)
  if (partial && !shape.columns.some(({ key }) => columns.some((one) => isSameName(one, key))))
    return {
      why: `${onlyWhere(partial, columns.map(sqlName))}, and the statement makes this true of other rows.`,
      fix: `Leave out rows whose ${same} another row has already, or give them another one first`,
    }
  const isFound = /\bselect\b/i.test(sql ?? '')
  return {
    why: `The statement itself gives two rows the same ${same}, which is UNIQUE when it runs${isFound ? ': SQLite checks row by row, even if the other row would get another value next' : ''}.`,
    fix: `${isFound ? 'If rows only change places, first give all of them values that none has, such as negative ones; else keep' : 'Keep'} the value of each row unique, for example by including its key, or leave out the rows that would become duplicates`,
  }
}

const explainGiven = (same: string): Words => ({
  why: `The step itself gives a row a new ${same}, and another row may already have that one.`,
  fix: `Check whether a row already has the new ${same} and take the next one if so, or include the key of the row in it`,
})

/** Rows of one table that collide with those of another; both have to be checked. */
function meetingRows({ target, step }: UniqueFailure, copy: Copy | null): MeetingRows {
  if (!copy || target === '' || isSameName(copy.from, target)) return ANY_ROWS
  const from = (tableIn(step.after, copy.from) ?? tableIn(step.before, copy.from))?.name
  return { brought: `a row of ${from ?? copy.from}`, there: `one already in ${target}` }
}

function explainIndex(failure: UniqueFailure, shape: CreateIndex): Words {
  const { fact, step, columns } = failure
  const index = uniqueIndexOf(shape, columns)
  const name = fact.table ?? index.table
  const known = tableIn(step.before, name)
  const were = index.isPlain ? namesBefore(index.terms, known, step) : index.terms
  const fresh = index.terms.filter((_, at) => were[at] === null)
  const made = were.map(
    (one, at) =>
      one ?? madeValue(index.terms[at]!, { table: name, known }, step, fact.at.direction),
  )
  const isMade = !made.includes(null)
  const there = [...new Set((isMade ? made : were).flatMap((one) => one || []))]
  const before = { ...index, table: sqlName(known?.name ?? name), terms: there }
  const alike = alikeRows(before, filledIn(name, step), known)
  // By the names that the columns have when the statement runs.
  const asked = { ...index, table: sqlName(index.table) }
  const now = alikeRows(asked, filledIn(name, step), tableIn(step.after, name))
  const referring = referringTables(name, step)
  const others = `change or delete the others${referring.length === 0 ? '' : `, and the rows that refer to them in ${listed(referring)}`}`
  if (fresh.length > 0) return explainNew(fresh, there, { find: alike.find, others, isMade })
  const partial = partialKey(were.map(String), name, step.before)
  const fix =
    known && referring.length === 0 && !partial && canDelete(index, known)
      ? `and change all but one before this statement; or, if they may go and a backup has them (\`lockstep backup\`), delete them, as in \`${now.remove}\``
      : `decide which one stays, and ${others}, before this statement`
  return { why: untilNow(index, alike.unset, partial), fix: `${findAlike(alike, now)}, ${fix}` }
}

const untilNow = (
  { terms, where }: Pick<UniqueIndex, 'terms' | 'where'>,
  unset: AlikeRows['unset'],
  partial: PartialKey | null,
): string =>
  partial
    ? `Until now, ${onlyWhere(partial, terms)}.`
    : `Until now, nothing kept two rows${where === '' ? '' : ` with ${where}`} from having the same ${terms.join(', ')}${unset?.why ?? ''}.`

const onlyWhere = ({ name, where }: PartialKey, terms: readonly string[]): string =>
  `${name} kept rows from having the same ${terms.join(', ')} only where ${where}`

const findAlike = ({ find, unset }: AlikeRows, now: AlikeRows): string =>
  unset
    ? `${unset.count}: leave them out of the index, by \`WHERE ${(now.unset ?? unset).others}\`, or change them. Find others with \`${find}\``
    : `Find them with \`${find}\``

/** Only for whole columns with the table's collation, and rows that have a `rowid`. */
const canDelete = ({ isPlain, where }: UniqueIndex, table: CatalogTable): boolean =>
  isPlain && where === '' && !table.withoutRowid && !table.columns.some(isCalledRowid)

const isCalledRowid = ({ name }: { readonly name: string }): boolean => isSameName(name, 'rowid')

function explainCopy(
  failure: UniqueFailure,
  { shape, ...copy }: Copy & { readonly shape: Insert },
): Words {
  const { step, target, columns } = failure
  const source = sourceOf(copy, failure)
  const taken = columns.map((column) => copy.columns.get(foldCase(column)) ?? null)
  const names = taken.flatMap((name) => (name === null ? [] : [spelled(name, source)]))
  const isOwn = names.every((name) => !source || columnOf(source, name))
  const collations = collationsOf(target, step)
  const compared = columns.map((column) => collations.get(foldCase(column)) ?? '')
  const table = source?.name ?? copy.from
  if (!isOwn || names.length < columns.length || names.length === 0)
    return explainSelect({ ...failure, compared, referring: referringTables(table, step) }, shape)
  if (source && compared.every((one) => one === '') && isUnique(names, source, step.before))
    return (
      whereNumbered(failure, names, source) ?? {
        why: `No two rows of ${sqlName(table)} have the same ${sqlNames(names)}, so the statement copies some more than once.`,
        fix: 'Make the SELECT return each row once: check what it joins, and which rows the new table already has before it runs',
      }
    )
  const terms = names.map((name, at) => `${sqlName(name)}${compared[at]}`)
  const asked = { table: sqlName(table), terms, where: '', isPlain: false }
  const { find, unset } = alikeIn(failure.sql, alikeRows(asked, filledIn(table, step), source))
  const isThere = source !== undefined || step.before.has(`view ${table}`)
  const first = unset
    ? `${unset.count}: change them first, or copy NULL in their place, where it is allowed. `
    : ''
  return {
    why: untilNow(asked, unset, partialKey(names.map(sqlName), table, step.before)),
    fix: `${first}${isThere ? `Find ${unset ? 'others' : 'them'} with \`${find}\`` : 'Find out which rows become duplicates'}, ${DECIDE}`,
  }
}

/** If a nullable column becomes the rowid, and NULL a number that another row has; a JOIN may be the cause as well. */
function whereNumbered(
  { fact, step, sql, target, columns: [column = '', ...others] }: UniqueFailure,
  [name = '']: readonly string[],
  source: CatalogTable,
): Words | null {
  const acts = step.acts[fact.at.direction]
  const at = acts.findIndex((act) => act.kind === 'copy' && isSameName(act.to, target))
  const made = tableIn(step.after, finalName(foldCase(target), at, acts))
  const [from, to] = [columnOf(source, name), made && columnOf(made, column)]
  if (others.length > 0 || !made || !from || !to) return null
  if (!isMadeNumber([from, source], [to, made])) return null
  const own = sqlName(from.name)
  const isJoined = JOIN.test(sql ?? '') && (fact.row?.[from.name] ?? null) !== null
  return {
    why: `${isJoined ? 'The JOIN returns a row more than once, or ' : ''}SQLite assigns a number to a row with NULL in ${own}, which is now the INTEGER PRIMARY KEY, and another row already has that number.`,
    fix: `${isJoined ? 'Make the SELECT return each row once, and leave rows with NULL there' : 'Leave such rows'} out of the copy, as in \`WHERE ${own} IS NOT NULL\`, or assign their number in it`,
  }
}

const isNew = (table: string, step: ReplayedStep): boolean =>
  [...step.acts.up, ...step.acts.down].some(
    (act) => act.kind === 'create' && act.type === 'table' && isSameName(act.name, table),
  )

/** The earlier table that a copy takes rows from, even if it was renamed in the step, or copied into one that the step makes. */
function sourceOf({ from }: Copy, { fact, step }: UniqueFailure): CatalogTable | undefined {
  const renamed = [...step.acts.up, ...step.acts.down].find(
    (act) => act.kind === 'rename-table' && act.to === from,
  )
  const former = renamed?.kind === 'rename-table' ? tableIn(step.before, renamed.table) : null
  const rows = step.before.has(`view ${from}`) ? '' : (fact.table ?? '')
  return former ?? tableIn(step.before, from) ?? tableIn(step.before, rows)
}

const spelled = (name: string, table: CatalogTable | undefined): string =>
  (table && columnOf(table, name)?.name) ?? name

/** The collations of a table that the step creates, as ` COLLATE NOCASE`. */
function collationsOf(table: string, { statements }: ReplayedStep): ReadonlyMap<string, string> {
  const shapes = statements.map(({ shape }) => shape)
  const made = shapes.find(
    (shape) => shape.kind === 'create-table' && shape.name.key === canonicalName(table),
  )
  const columns = made?.kind === 'create-table' ? (made.columns ?? []) : []
  return new Map(
    columns.flatMap(({ name, clauses }) => {
      const [, collation] = clauses.find(([word]) => word === 'collate') ?? []
      return collation === undefined
        ? []
        : [[name.key, ` COLLATE ${foldUpper(collation)}`] as const]
    }),
  )
}

/** Whether rows cannot have the same values in these columns. */
function isUnique(names: readonly string[], table: CatalogTable, catalog: Catalog): boolean {
  const key = table.columns.flatMap(({ name, primaryKey }) => (primaryKey > 0 ? [name] : []))
  const indexes = [...catalog.values()].flatMap((one) =>
    one.type === 'index' && one.unique && !one.partial && isSameName(one.table, table.name)
      ? [one.columns.map((name) => name ?? '')]
      : [],
  )
  return [key, ...table.uniques, ...indexes].some(
    (one) => one.length > 0 && one.every((name) => names.some((has) => isSameName(has, name))),
  )
}

/** The tables with a foreign key to a table, before the step or after it. */
function referringTables(table: string, { before, after }: ReplayedStep): string[] {
  const tables = [...before.values(), ...after.values()].flatMap((one) =>
    one.type === 'table' && one.foreignKeys.some(({ parent }) => isSameName(parent, table))
      ? [one.name]
      : [],
  )
  return [...new Set(tables)]
}

/** The only statement of a text, without `;`; null if it contains several. */
export function onlyStatement(sql: string): string | null {
  const text = sql.trim().replace(/\s*;$/, '')
  return canonicalTokens(text).includes(';') ? null : text
}
