// Adds rows that only a CHECK kept out which a step has dropped.
import { foldCase, quoteIdentifier } from '../../../../src/sql/names.js'
import { orElse } from '../../../../src/model/or-else.js'
import type { CatalogColumn, CatalogTable } from '../../../model/catalog.js'
import { checksOf, type Check } from '../fill/checks-of.js'
import type { Example } from '../fill/draft-row.js'
import { candidates } from '../fill/likely-values.js'
import type { Value } from '../fill/seed-values.js'
import { tableNamed, tablesOf, type TableGraph } from '../fill/table-graph.js'
import { isOfKind } from './kinds.js'
import { addRows } from './add-rows.js'
import type { SeederState } from './seeder-state.js'
import { demandsOf } from './sorts-for.js'

/** Adds rows to tables that had a CHECK in `before` and have it no longer: a few that it would refuse. */
export function addUnchecked(state: SeederState, situation: TableGraph, before: TableGraph): void {
  for (const table of tablesOf(situation)) {
    const was = tableNamed(before, foldCase(table.name))
    if (!was || was.sql === table.sql || state.examples.has(foldCase(table.name))) continue
    const demands = new Set(demandsOf(table))
    for (const check of checksOf(was.sql))
      if (!demands.has(check.names[0] ?? '')) addRefused(state, situation, table, check)
  }
}

/** How many combinations of values are tried, and how many rows are kept. */
const TRIED = 60
const MOST = 8

function addRefused(
  state: SeederState,
  situation: TableGraph,
  table: CatalogTable,
  check: Check,
): void {
  const { connection } = state
  const refused = `SELECT count(*) FROM ${quoteIdentifier(table.name)} WHERE NOT (\n${check.names[0]}\n)`
  // Where it names a column that has gone, no row can be told to break it.
  const count = (): number => orElse(() => Number(connection.single(refused)), -1)
  let known = count()
  if (known < 0) return
  const enough = known + MOST
  for (const example of examplesFor(table, check)) {
    connection.run('SAVEPOINT unchecked')
    addRows(state, situation, { table, examples: [example] })
    const now = count()
    if (now <= known) connection.run('ROLLBACK TO unchecked')
    connection.run('RELEASE unchecked')
    known = Math.max(known, now)
    if (known >= enough) return
  }
}

/** The values that a CHECK may be about, each with each where it names several columns. */
function examplesFor({ columns }: CatalogTable, check: Check): Example[] {
  const named = columns.filter(
    ({ name, generated, hidden }) =>
      generated === null && !hidden && check.words.has(foldCase(name)),
  )
  const each = Math.max(2, Math.floor(TRIED ** (1 / Math.max(1, named.length))))
  return named
    .reduce<Example[]>(
      (rows, column) =>
        valuesFor(column, check)
          .slice(0, each)
          .flatMap((value) => rows.map((row) => ({ ...row, [column.name]: value }))),
      [{}],
    )
    .slice(0, TRIED)
}

const valuesFor = (column: CatalogColumn, check: Check): Value[] =>
  candidates(column, 0, [check]).filter(
    (value) =>
      isOfKind(column, value) ||
      (check.literals as readonly Value[]).includes(value) ||
      (check.blobs as readonly Value[]).includes(value),
  )
