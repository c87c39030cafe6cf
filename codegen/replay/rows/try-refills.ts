// Tries a side that deletes rows by a condition and inserts rows into the same table: whether the table was empty in between.
import type { Fact } from '../../model/evidence.js'
import { foldCase, quoteIdentifier } from '../../../src/sql/names.js'
import { tableNamed, type TableGraph } from './fill/table-graph.js'
import { judgeSide } from './judge/judge-side.js'
import type { Prover } from './prover.js'
import { scriptTrial, tryOn } from './script-trial.js'
import { literalsOf } from './seed/compared-literals.js'
import { addRowsForLiterals } from './seed/rows-for-literals.js'
import type { Effect } from './watch/statement-effect.js'
import type { SeederState } from './seed/seeder-state.js'
import type { ObservedSide } from './watch/observed-run.js'
import { withViews } from './watch/views-read.js'

/** The tables, in lower case, that have rows deleted by a condition and rows inserted. */
const maybeRefilled = (effects: readonly Effect[]): string[] => [
  ...new Set(
    effects.flatMap(({ shape, table }) =>
      shape.kind === 'delete' && shape.limited && effects.some((one) => isInsert(one, table))
        ? [table]
        : [],
    ),
  ),
]

const isInsert = ({ verb, table }: Effect, into: string): boolean =>
  verb === 'insert' && table === into

/**
 * Reports losses in tables that were emptied despite the condition and then partly refilled; losses known without that are left out. Rolls
 * everything back; empty if the side fails then.
 */
export const tryRefills = scriptTrial({
  sides: 'any',
  find: (effects, before) => maybeRefilled(effects).filter((name) => tableNamed(before, name)),
  run(trial, tables) {
    const { rows, effects } = trial
    const change = (state: SeederState, situation: TableGraph): void => {
      const sought = withViews(effects, situation).map((effect) => unlimited(effect, tables))
      addRowsForLiterals(state, situation, literalsOf(sought))
      watchEmptied(rows, tables)
    }
    return tryOn(trial, change, ({ side, now }) => {
      const emptied = rows.connection.all(`SELECT name FROM temp.${NOTES}`).map(String)
      if (emptied.length === 0) return []
      const judge = (one: ObservedSide): Fact[] => judgeSide(rows.connection, one, now)
      const known = new Set(judge(side).map(textOf))
      const marked = side.effects.map((effect) => unlimited(effect, emptied))
      return judge({ ...side, effects: marked }).filter(
        (fact) =>
          'table' in fact &&
          fact.table !== null &&
          emptied.includes(foldCase(fact.table)) &&
          !known.has(textOf(fact)),
      )
    }).facts
  },
})

const textOf = (fact: Fact): string => JSON.stringify(fact)

/** A DELETE from one of the tables without its condition. */
const unlimited = (effect: Effect, tables: readonly string[]): Effect =>
  effect.shape.kind === 'delete' && tables.includes(effect.table)
    ? { ...effect, shape: { ...effect.shape, limited: false }, tokens: withoutWhere(effect) }
    : effect

const withoutWhere = ({ tokens }: Effect): readonly string[] =>
  tokens.slice(0, tokens.includes('WHERE') ? tokens.indexOf('WHERE') : undefined)

const NOTES = 'lockstep_emptied'

/** Uses triggers to note tables that lose their last row. */
function watchEmptied({ connection }: Prover, tables: readonly string[]): void {
  connection.run(`CREATE TEMP TABLE ${NOTES} (name TEXT PRIMARY KEY)`)
  tables.forEach((name, at) => {
    const table = `main.${quoteIdentifier(name)}`
    connection.run(
      `CREATE TEMP TRIGGER ${NOTES}_${at} AFTER DELETE ON ${table} WHEN NOT EXISTS (SELECT 1 FROM ${table})
       BEGIN INSERT OR IGNORE INTO ${NOTES} VALUES ('${name.replaceAll("'", "''")}'); END`,
    )
  })
}
