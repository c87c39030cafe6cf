// Tries a side that copies rows by a JOIN or a filter and deletes them: on rows that it deletes, of which one points at nothing, or
// that stand between the two conditions.
import type { CatalogTable } from '../../model/catalog.js'
import type { Fact } from '../../model/evidence.js'
import { foldCase, plainName, quoteIdentifier } from '../../../src/sql/names.js'
import type { Connection } from './fill/connection.js'
import { tableNamed } from './fill/table-graph.js'
import { archivedRows, archivingIn, type Archiving } from './judge/archived-rows.js'
import { endingsOf, imagesOf } from './judge/endings.js'
import type { Prover } from './prover.js'
import { literalsOf } from './seed/compared-literals.js'
import { addRowsForLiterals } from './seed/rows-for-literals.js'
import type { StepSide } from './watch/observed-run.js'
import { conditionIn, type Effect } from './watch/statement-effect.js'

/** What a step copies and deletes, each with its table. */
export const archivings = (effects: readonly Effect[]): (Archiving & { table: string })[] =>
  [...new Set(effects.flatMap((one) => (one.verb === 'delete' ? [one.table] : [])))].flatMap(
    (table) => archivingIn(effects, table).map((one) => ({ ...one, table })),
  )

/** The rows that are in neither table then. Takes everything back; nothing where the side fails. */
export function tryArchiving(
  rows: Prover,
  side: StepSide,
  effects: readonly Effect[],
  prepare: () => void = () => {},
): readonly Fact[] {
  const { effects: touched, transaction } = side.entry
  if (side.direction === 'down' || touched !== undefined || transaction === false) return []
  return archivings(effects).flatMap((one): readonly Fact[] => {
    const table = tableNamed(rows.situation(), one.table)
    if (!table) return []
    const begin = (): void => {
      prepare()
      const literals = literalsOf(effects)
      rows.onTrial((state, situation) => addRowsForLiterals(state, situation, literals))
      for (const key of optionalIn(table, one)) partFromPartner(rows.connection, table, key, one)
      for (const { table: archive } of one.copies) makeRoom(rows.connection, archive)
    }
    return rows.tryOut(side, begin, ({ side: ran, now }) => {
      const imageNow = imagesOf(rows.connection, now)
      return endingsOf(ran, imageNow).flatMap(({ after, ...ending }) =>
        after && ending.name === foldCase(table.name)
          ? archivedRows({ ...ending, after }, imageNow)
          : [],
      )
    }).facts
  })
}

/** The columns that may be NULL, and that the JOIN names, or the condition of the copy alone. */
function optionalIn(
  { columns }: CatalogTable,
  { copies: [{ tokens }], condition, by }: Archiving,
): string[] {
  if (by === 'apart') return []
  const end = tokens.indexOf('WHERE')
  const joined = tokens.slice(tokens.indexOf('JOIN'), end < 0 ? undefined : end)
  const asked = conditionIn(tokens).filter((token) => !condition.includes(token))
  const names = new Set((by === 'unjoined' ? joined : asked).map(plainName))
  return columns.flatMap(({ name, notNull, primaryKey, generated }) =>
    !notNull && primaryKey === 0 && generated === null && names.has(foldCase(name)) ? [name] : [],
  )
}

/** One of several that are meant. What a trigger or a CHECK refuses stays as it is. */
function partFromPartner(
  { run }: Connection,
  { name }: CatalogTable,
  key: string,
  { condition }: Archiving,
): void {
  const [table, column] = [quoteIdentifier(name), quoteIdentifier(key)]
  const where = `${column} IS NOT NULL AND (${condition.join(' ') || 'true'})`
  try {
    run(
      `UPDATE ${table} SET ${column} = NULL WHERE rowid = (SELECT max(rowid) FROM ${table} WHERE ${where}) AND (SELECT count(*) FROM ${table} WHERE ${where}) > 1`,
    )
  } catch {
    // Tried without.
  }
}

/** Rows that are in the way of the copy are another matter. */
function makeRoom({ run }: Connection, name: string): void {
  try {
    run(`DELETE FROM ${quoteIdentifier(name)}`)
  } catch {
    // Tried with them.
  }
}
