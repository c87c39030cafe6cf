// Tries code that copies values on rows that it asks for by value: whether it carries those over as well. A later version may drop
// where they were.
import { foldCase } from '../../../src/sql/names.js'
import type { Prover } from './prover.js'
import { endingsOf, imagesOf } from './judge/endings.js'
import { columnKeptAmong } from './judge/kept-values.js'
import { writtenBy } from './judge/written-tables.js'
import { literalsOf, type ComparedLiterals } from './seed/compared-literals.js'
import { isCode } from './seed/copy-sources.js'
import { addRowsForLiterals } from './seed/rows-for-literals.js'
import { tableNamed } from './fill/table-graph.js'
import type { ObservedSide } from './watch/observed-run.js'
import type { Effect } from './watch/statement-effect.js'

/** By table, in lower case, the columns whose values are carried over of the rows that there are, and not of others. */
export type LeftOut = ReadonlyMap<string, readonly string[]>

/** What code that ran compares with values in the tables that it copies from; null where there is nothing to be tried. */
export function askedOfCopies(
  side: ObservedSide,
  seen: readonly Effect[],
): ComparedLiterals | null {
  if (!isCode(side) || side.direction === 'down') return null
  const { before } = side
  const fills = side.effects.some(({ verb }) => verb === 'insert')
  const updated = side.effects.flatMap(({ verb, table }) => (verb === 'update' ? [table] : []))
  const sources = new Set([...updated, ...(fills ? side.named : [])])
  const asked = [...literalsOf(seen)].filter(
    ([name, { columns }]) => sources.has(name) && columns.size > 0 && tableNamed(before, name),
  )
  return asked.length > 0 ? new Map(asked) : null
}

/** Rows that the code asks for by value; in a trial. */
export const addAsked = (on: Prover, asked: ComparedLiterals): void =>
  on.onTrial((state, situation) => addRowsForLiterals(state, situation, asked))

/** On a copy of the database as it was. */
export function leftOutOf(on: Prover, side: ObservedSide, asked: ComparedLiterals): LeftOut {
  const keptOf = (prepare: () => void): ReadonlyMap<string, readonly string[]> | null => {
    let kept: ReadonlyMap<string, readonly string[]> | null = null
    on.tryOut(side, prepare, ({ side: ran, now }) => {
      const imageNow = imagesOf(on.connection, now)
      const written = writtenBy(on.connection, ran, imageNow)
      const own = endingsOf(ran, imageNow).filter(({ name, after }) => asked.has(name) && after)
      kept = new Map(
        own.map(({ name, before }) => {
          const columns = before.columns.map((column) => foldCase(column.name))
          return [
            name,
            columns.filter((column) => columnKeptAmong(column, before, written) !== null),
          ]
        }),
      )
      return []
    })
    return kept
  }
  const usual = keptOf(() => {})
  const asking = keptOf(() => addAsked(on, asked))
  return new Map(
    [...(asking ?? [])].map(([name, kept]) => [
      name,
      usual?.get(name)?.filter((column) => !kept.includes(column)) ?? [],
    ]),
  )
}
