// Tries a `down` right behind its `up`, before anything else has come: whether the columns that `up` has put elsewhere hold what they held.
import { foldCase, isSameName } from '../../../src/sql/names.js'
import type { Fact, ValuesChanged, ValuesKept } from '../../model/evidence.js'
import { imagesOf } from './judge/endings.js'
import { judgeGivenBack } from './judge/given-back.js'
import { tableNamed } from './fill/table-graph.js'
import type { Prover } from './prover.js'
import type { ObservedSide, StepSide } from './watch/observed-run.js'

/** The columns that do not come back as they were, of those whose values `up` has kept, as `facts` tell. Takes everything back. */
export function tryReturn(
  rows: Prover,
  side: StepSide & { readonly undoes: ObservedSide },
  facts: readonly Fact[],
): ValuesChanged[] {
  const situation = rows.situation()
  const gone = [...side.undoes.images].flatMap(([name, before]) => {
    const now = tableNamed(situation, name)
    const columns = before.columns
      .map((one) => one.name)
      .filter((one) => !now?.columns.some((column) => isSameName(column.name, one)))
      .filter((one) => isKept(facts, before.table.name, one))
    return columns.length > 0 ? [{ name, before, columns }] : []
  })
  if (gone.length === 0) return []
  const found: ValuesChanged[] = []
  rows.tryOut(side, undefined, ({ side: { effects }, now }) => {
    const imageNow = imagesOf(rows.connection, now)
    for (const { name, before, columns } of gone) {
      const after = imageNow(name)
      const back = columns.filter((one) =>
        after?.columns.some((column) => isSameName(column.name, one)),
      )
      if (!after) continue
      const isStill = (column: string): boolean =>
        after.columns.length > before.columns.length ||
        keptIn(facts, before.table.name, column).some(
          (other) =>
            other !== name &&
            !effects.some(({ verb, table }) => verb === 'drop' && table === other),
        )
      const moved = back.filter(movedBy(side.undoes, facts, before.table.name))
      const told = judgeGivenBack({ before, after, columns: back, moved, effects })
      found.push(...told.filter(({ lost, column }) => lost !== 'withheld' || !isStill(column)))
    }
    return []
  })
  return found
}

/** The tables in which `up` has kept the values of a column, in lower case. */
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

/** Whether `up` itself has written there: else rows may say one thing, and what an earlier version has made of others another. */
const movedBy =
  ({ effects }: ObservedSide, facts: readonly Fact[], table: string) =>
  (column: string): boolean =>
    keepersOf(facts, table, column).some(
      ({ in: place, earlier }) => !earlier && effects.some((one) => one.table === foldCase(place)),
    )

/** Whether all values are kept, and a trial has not told already that they do not come back. */
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
