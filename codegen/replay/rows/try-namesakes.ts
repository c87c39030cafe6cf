// Tries a side that looks values up by columns that are not unique, on rows that agree in these and in nothing else.
import type { ValuesChanged } from '../../model/evidence.js'
import { quoteIdentifier } from '../../../src/sql/names.js'
import type { Value } from './fill/seed-values.js'
import type { TableGraph } from './fill/table-graph.js'
import { changeTold } from './judge/compare-values.js'
import { sameValue } from './judge/same-value.js'
import type { Fate } from './judge/fate.js'
import { isTelling, matchRows, textBy } from './judge/match-rows.js'
import { lookOn, scriptTrial, type Trial } from './script-trial.js'
import { addNamesakes, namesakesIn, type Namesake } from './seed/namesakes.js'
import type { SeederState } from './seed/seeder-state.js'
import { placeOf } from './watch/table-image.js'

/** Reports columns in which rows get the values of rows that agree with them. Rolls everything back; empty if the side fails then. */
export const tryNamesakes = scriptTrial({
  sides: 'any',
  find: namesakesIn,
  run(trial, all) {
    const facts = (mixedIn(trial, all) ?? []).filter((one) => {
      const again = mixedIn(trial, all, one)
      return again === null || again.some(({ fact }) => fact.column === one.fact.column)
    })
    return [...new Map(facts.map(({ fact }) => [fact.column, fact])).values()]
  },
})

/** A column in which rows get values of rows that agree with them. */
interface Mixed {
  readonly by: Namesake
  readonly fact: ValuesChanged
  /** The value that one of them got. */
  readonly value: Value
}

/** The mixed-up columns of a run, null if it fails; with `without`, no row has the value that was taken. */
function mixedIn(trial: Trial, all: readonly Namesake[], without?: Mixed): Mixed[] | null {
  let tried: Namesake[] = []
  const change = (state: SeederState, situation: TableGraph): void => {
    tried = addNamesakes(state, situation, all)
    if (without) takeAway(state, without)
  }
  return lookOn(trial, change, ({ fates }) =>
    tried.flatMap((one) => fates(one.table.name).flatMap((fate) => mixedUp(fate, one))),
  )
}

/** Replaces the value by one from rows that do not agree with such a row: a value that comes from elsewhere still appears. */
function takeAway({ connection }: SeederState, { by, fact, value }: Mixed): void {
  const [column, table] = [fact.column, by.table.name].map(quoteIdentifier)
  const names = by.columns.map(quoteIdentifier)
  const agreeing = names.map((name) => `own.${name} IS other.${name}`).join(' AND ')
  connection.run(
    `UPDATE ${table} SET ${column} = (SELECT other.${column} FROM ${table} AS other
      WHERE other.${column} <> ? AND other.${column} NOT IN (0, '')
      AND NOT EXISTS (SELECT 1 FROM ${table} AS own WHERE own.${column} IS ? AND ${agreeing}))
    WHERE ${column} IS ?`,
    value,
    value,
    value,
  )
}

function mixedUp({ before, after }: Fate, one: Namesake): Mixed[] {
  const { effect, columns } = one
  const { pairs, by } = matchRows(before, after)
  const textOf = textBy(columns, before)
  return by !== 'key'
    ? []
    : after.columns.flatMap(({ name }, place): Mixed[] => {
        const was = placeOf(before, name)
        const changed = pairs.filter(([old, is]) => !sameValue(old[was] ?? null, is[place] ?? null))
        const isMixed = changed.every(([old, is]) =>
          pairs.some(
            ([other]) =>
              textOf(other) === textOf(old) && sameValue(other[was] ?? null, is[place] ?? null),
          ),
        )
        const shown = changed
          .map(([old, is]) => [old[was] ?? null, is[place] ?? null] as const)
          .find((values) => values.every(isTelling))
        if (was < 0 || !isMixed || !shown) return []
        const where = { at: effect.place, table: after.table.name, column: name }
        const fact = changeTold({ ...where, lost: 'mixed', agreeing: columns }, shown)
        return [{ by: one, fact, value: shown[1] }]
      })
}
