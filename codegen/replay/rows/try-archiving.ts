// Tries a side that copies rows and deletes them, on rows that it deletes but may not copy: one that a JOIN finds no partner for, those
// between the two conditions, and those that conflict with others where the copy drops them.
import type { CatalogColumn, CatalogTable } from '../../model/catalog.js'
import type { Fact } from '../../model/evidence.js'
import { orElse } from '../../../src/model/or-else.js'
import { identityOf } from '../catalog/row-identity.js'
import { foldCase, plainName, quoteIdentifier } from '../../../src/sql/names.js'
import type { Connection, RawRow } from './fill/connection.js'
import { tableNamed, type TableGraph } from './fill/table-graph.js'
import {
  archivedRows,
  archivingIn,
  dropsConflicting,
  type Archiving,
} from './judge/archived-rows.js'
import { scriptTrial, tryOn, type Trial } from './script-trial.js'
import { addRows } from './seed/add-rows.js'
import { keysOfCopy } from './seed/colliding-keys.js'
import { addColliding } from './seed/colliding-rows.js'
import { literalsOf } from './seed/compared-literals.js'
import { addRowsForLiterals } from './seed/rows-for-literals.js'
import type { SeederState } from './seed/seeder-state.js'
import { conditionIn, conditionText, type Effect } from './watch/statement-effect.js'

/** Reports rows that are in neither table afterwards. Rolls everything back; empty if the side fails. */
export const tryArchiving = scriptTrial({
  sides: 'up',
  find: archivings,
  run: (trial, found) => found.flatMap((one) => gone(trial, one)),
})

/** What a step copies and deletes. */
interface Archived extends Archiving {
  readonly table: CatalogTable
}

function archivings(effects: readonly Effect[], before: TableGraph): Archived[] {
  const names = new Set(effects.flatMap(({ verb, table }) => (verb === 'delete' ? [table] : [])))
  return [...names].flatMap((name) => {
    const table = tableNamed(before, name)
    return table ? archivingIn(effects, table).map((one) => ({ ...one, table })) : []
  })
}

function gone(trial: Trial, one: Archived): readonly Fact[] {
  const { connection } = trial.rows
  const change = (state: SeederState, situation: TableGraph): void => {
    const literals = [...literalsOf(trial.effects)]
    const keyed = literals.map(([name, looked]) => [name, { ...looked, keyed: true }] as const)
    addRowsForLiterals(state, situation, new Map(keyed))
    addRowsBetween(state, situation, one)
    for (const key of optionalIn(one)) partFromPartner(connection, key, one)
    for (const copy of one.copies.filter(dropsConflicting))
      for (const key of keysOfCopy(copy, trial.effects, situation))
        addColliding(state, situation, key, [])
    for (const { table: archive } of one.copies) makeRoom(connection, archive)
    trial.prepare()
  }
  return tryOn(trial, change, ({ fates, imageNow }) =>
    fates(one.table.name).flatMap((fate) => archivedRows(fate, imageNow)),
  ).facts
}

/** Adds rows that the DELETE finds, each like one that the copy takes in all compared columns but one, which only the copy asks for. */
function addRowsBetween(
  state: SeederState,
  situation: TableGraph,
  { table, copies, condition, by }: Archived,
): void {
  const [{ tokens }] = copies
  if (by !== 'unnamed' || copies.length > 1) return
  const words = conditionIn(tokens)
  const nameIn = (all: readonly string[]): CatalogColumn[] => {
    const named = new Set(all.map(plainName))
    return table.columns.filter(({ name }) => named.has(foldCase(name)))
  }
  const own = nameIn(condition)
  const asked = nameIn(words).filter((column) => !own.includes(column))
  const compared = [...own, ...asked]
  const [copied, removed] = [words, condition].map((all) => conditionText(all) || 'true')
  const both = `(${copied}) AND (${removed})`
  const [row] = [both, `(${removed})`].flatMap((where) =>
    rowsOf(state.connection, table, compared, `${where} LIMIT 1`),
  )
  if (!row) return
  const alike = Object.fromEntries(compared.map(({ name }, at) => [name, row[at] ?? null]))
  const examples = asked.flatMap((column) => {
    const others = `${quoteIdentifier(column.name)} NOT NULL AND NOT (${both}) LIMIT ${MOST}`
    return rowsOf(state.connection, table, [column], others).map(([value = null]) => ({
      ...alike,
      [column.name]: value,
    }))
  })
  addRows(state, situation, { table, examples, sort: 'sibling' })
}

/** How many other values of a column are tried. */
const MOST = 3

/** Distinct rows; empty if the condition cannot be asked by itself. */
function rowsOf(
  { all }: Connection,
  { name }: CatalogTable,
  columns: readonly CatalogColumn[],
  where: string,
): RawRow[] {
  const names = columns.map((column) => quoteIdentifier(column.name)).join(', ')
  return orElse(
    () => all(`SELECT DISTINCT ${names} FROM ${quoteIdentifier(name)} WHERE ${where}`),
    [],
  )
}

/** The nullable columns named in the JOIN, or only in the condition of the copy. */
function optionalIn({ table, copies: [{ tokens }], condition, by }: Archived): string[] {
  if (by === 'apart' || by === 'conflict') return []
  const end = tokens.indexOf('WHERE')
  const joined = tokens.slice(tokens.indexOf('JOIN'), end < 0 ? undefined : end)
  const asked = conditionIn(tokens).filter((token) => !condition.includes(token))
  const names = new Set((by === 'unjoined' ? joined : asked).map(plainName))
  return table.columns.flatMap(({ name, notNull, primaryKey, generated }) =>
    !notNull && primaryKey === 0 && generated === null && names.has(foldCase(name)) ? [name] : [],
  )
}

/** Sets the key of one row to null, if several match. A row stays as it is if a trigger or a CHECK refuses. */
function partFromPartner(
  { run }: Connection,
  key: string,
  { table: own, condition }: Archived,
): void {
  const [table, column] = [quoteIdentifier(own.name), quoteIdentifier(key)]
  const names = identityOf(own).map(quoteIdentifier)
  const where = `${column} IS NOT NULL AND (${conditionText(condition) || 'true'})`
  try {
    run(
      `UPDATE ${table} SET ${column} = NULL WHERE (${names}) = (SELECT ${names} FROM ${table} WHERE ${where} ORDER BY ${names.join(' DESC, ')} DESC LIMIT 1) AND (SELECT count(*) FROM ${table} WHERE ${where}) > 1`,
    )
  } catch {
    // Tried without such a row.
  }
}

/** Conflicts with existing rows of the archive are another matter. */
function makeRoom({ run }: Connection, name: string): void {
  // Otherwise tried with the existing rows.
  orElse(() => run(`DELETE FROM ${quoteIdentifier(name)}`), undefined)
}
