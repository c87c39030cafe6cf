// Tries `down` right after its `up`, before any other changes: whether columns that `up` moved elsewhere, dropped or overwritten, get their
// old values back.
import { foldCase, isSameName, plainName } from '../../../src/sql/names.js'
import type { CatalogTable } from '../../model/catalog.js'
import type { Fact, ValuesChanged, ValuesKept } from '../../model/evidence.js'
import { changedColumns } from './judge/compare-values.js'
import { imagesOf } from './judge/endings.js'
import { judgeGivenBack, type GivenBack } from './judge/given-back.js'
import { halfBack, takenFrom, type Taken } from './judge/half-back.js'
import { columnKeptIn } from './judge/kept-values.js'
import { writtenBy } from './judge/written-tables.js'
import { once } from '../../model/once.js'
import { tableNamed } from './fill/table-graph.js'
import type { Prover } from './prover.js'
import type { ObservedSide, StepSide } from './watch/observed-run.js'
import type { Effect } from './watch/statement-effect.js'
import { takeImage, type TableImage } from './watch/table-image.js'
import { tablesNow } from './watch/tables-now.js'

/**
 * Reports columns whose values `up` kept, according to `facts`, but that do not come back as they were, or not in rows that it moved. Rolls
 * everything back.
 */
export function tryReturn(
  rows: Prover,
  side: StepSide & { readonly undoes: ObservedSide },
  facts: readonly Fact[],
): ValuesChanged[] {
  const overwritten = overwrittenBy(rows, side.undoes)
  const kept = { up: side.undoes, facts: [...facts, ...overwritten], overwritten }
  const moved = movedTables(rows, kept)
  const taken = facts.some(isUnarchived) ? new Map<string, Taken>() : takenRows(rows, side.undoes)
  if (moved.length === 0 && taken.size === 0) return []
  const found = rows.lookAfter(side, undefined, ({ side: { effects, reached }, imageNow }) => [
    ...moved.flatMap((one) => {
      const isUntouched = one.now && !reached.has(one.name)
      const after = isUntouched ? takeImage(rows.connection, one.now) : imageNow(one.name)
      return after ? notGivenBack(one, { after, effects }, kept) : []
    }),
    ...[...taken].flatMap(([name, one]) => {
      const after = imageNow(name)
      return after ? halfBack(one, after, effects) : []
    }),
  ])
  return found ?? []
}

/** Whether a copy of deleted rows is known to lack a column. */
const isUnarchived = (fact: Fact): boolean =>
  fact.kind === 'values-changed' && fact.lost === 'unarchived'

/** The rows that `up` took from tables which are still there, by table in lower case. */
function takenRows({ connection }: Prover, up: ObservedSide): ReadonlyMap<string, Taken> {
  const imageNow = imagesOf(connection, tablesNow(connection, up))
  const written = once(() => writtenBy(connection, up, imageNow))
  return new Map(
    [...up.images].flatMap(([name, image]) => {
      const behind = imageNow(name)
      const before = behind && takenFrom(image, behind)
      return before ? [[name, { before, ups: up.effects, written: written() }] as const] : []
    }),
  )
}

/** Where the values of columns are, according to the findings about `up` and other observations. */
interface Kept {
  readonly up: ObservedSide
  readonly facts: readonly Fact[]
  /** For columns that still exist. */
  readonly overwritten: readonly ValuesKept[]
}

/** A table before `up`, the table of that name after it, and the columns that `up` has moved elsewhere. */
interface Moved {
  readonly name: string
  readonly now: CatalogTable | undefined
  readonly before: TableImage
  readonly columns: readonly string[]
}

function movedTables(rows: Prover, { up, facts, overwritten }: Kept): Moved[] {
  const situation = rows.situation()
  return [...up.images].flatMap(([name, before]) => {
    const now = tableNamed(situation, name)
    const table = before.table.name
    const columns = before.columns
      .map((one) => one.name)
      .filter((one) =>
        now?.columns.some((column) => isSameName(column.name, one))
          ? keepersOf(overwritten, table, one).length > 0
          : isKept(facts, table, one),
      )
    return columns.length > 0 ? [{ name, now, before, columns }] : []
  })
}

/** The findings for one table, except for values that still exist elsewhere. */
function notGivenBack(
  { name, before, columns: all }: Moved,
  { after, effects }: Pick<GivenBack, 'after' | 'effects'>,
  { up, facts, overwritten }: Kept,
): ValuesChanged[] {
  const columns = all.filter((one) => after.columns.some((now) => isSameName(now.name, one)))
  const isStill = (column: string): boolean =>
    after.columns.length > before.columns.length ||
    keptIn(facts, before.table.name, column).some(
      (other) =>
        other !== name && !effects.some(({ verb, table }) => verb === 'drop' && table === other),
    )
  const moved = columns.filter(movedBy(up, facts, before.table.name))
  const found = judgeGivenBack({ before, after, columns, moved, effects })
  const isSafe = ({ lost, column }: ValuesChanged): boolean =>
    (lost === 'withheld' || keepersOf(overwritten, before.table.name, column).length > 0) &&
    isStill(column)
  // Who puts one column back from there means the others, too.
  const isForgotten = ({ lost, column }: ValuesChanged): boolean =>
    lost === 'withheld' &&
    columns.some(
      (other) =>
        !found.some((one) => one.column === other) &&
        sets(effects, other) &&
        keptIn(facts, before.table.name, other).some((place) =>
          keptIn(facts, before.table.name, column).includes(place),
        ),
    )
  return found.filter((one) => isForgotten(one) || !isSafe(one))
}

const sets = (effects: readonly Effect[], column: string): boolean =>
  effects.some(
    ({ shape }) =>
      (shape.kind === 'update' || shape.kind === 'insert') &&
      shape.columns?.some(({ key }) => isSameName(plainName(key), column)),
  )

/** Columns that `up` overwrites after copying them to a new column or another table. */
function overwrittenBy({ connection }: Prover, up: ObservedSide): ValuesKept[] {
  const imageNow = imagesOf(connection, tablesNow(connection, up))
  const others = (name: string) =>
    writtenBy(connection, up, imageNow).filter(({ after }) => foldCase(after.table.name) !== name)
  return [...up.images].flatMap(([name, before]) => {
    const after = imageNow(name)
    const changes = after ? changedColumns(before, after) : []
    return changes.flatMap(({ column, moved }): ValuesKept[] => {
      const table = before.table.name
      const place = moved ? table : columnKeptIn(column, before, others(name))
      const { version } = up.entry
      return place === null ? [] : [{ kind: 'values-kept', version, table, column, in: place }]
    })
  })
}

/** The tables in which `up` kept the values of a column, in lower case. */
const keptIn = (facts: readonly Fact[], table: string, column: string): string[] =>
  keepersOf(facts, table, column).map((fact) => foldCase(fact.in))

const keepersOf = (facts: readonly Fact[], table: string, column: string): ValuesKept[] =>
  facts.flatMap((fact) =>
    fact.kind === 'values-kept' &&
    fact.table === table &&
    (fact.column === null || isSameName(fact.column, column))
      ? [fact]
      : [],
  )

/** Whether `up` itself wrote there: otherwise the rows may differ from what an earlier version made of others. */
const movedBy =
  ({ effects }: ObservedSide, facts: readonly Fact[], table: string) =>
  (column: string): boolean =>
    keepersOf(facts, table, column).some(
      ({ in: place, earlier }) => !earlier && effects.some((one) => one.table === foldCase(place)),
    )

/** Whether all values are kept, and no trial has reported that they do not come back. */
function isKept(facts: readonly Fact[], table: string, column: string): boolean {
  const own = facts.flatMap((fact) =>
    (fact.kind === 'values-kept' || fact.kind === 'values-changed') &&
    foldCase(fact.table) === foldCase(table) &&
    (fact.column === null || isSameName(fact.column, column))
      ? [fact]
      : [],
  )
  return own.length > 0 && own.every(({ kind }) => kind === 'values-kept')
}
