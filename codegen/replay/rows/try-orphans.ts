// Tries a side that declares a foreign key, or looks up parents, on rows without one, as generated rows already satisfy keys that the history
// declares.
import type { CatalogTable } from '../../model/catalog.js'
import type { Fact } from '../../model/evidence.js'
import { foldCase, isSameName } from '../../../src/sql/names.js'
import { hasFailed, judgeFailure } from './judge-failure.js'
import { tableNamed } from './fill/table-graph.js'
import { changing, scriptTrial, tryOn } from './script-trial.js'
import { addLookedUp, addOrphans, declaringKey, lookedUpBy } from './seed/orphans.js'

/**
 * Reports the foreign keys for which the side handles such rows, those of new tables that they break, and rows that are lost. Rolls everything back; empty if the side fails
 * then.
 */
export const tryOrphans = scriptTrial({
  sides: 'up',
  find: declaringKey,
  run(trial) {
    const { facts, attended } = tryOn(trial, (state, situation) =>
      addOrphans(state, situation, trial.effects),
    )
    return facts.flatMap((fact): Fact[] => {
      if (fact.kind === 'rows-lost') return [fact]
      // Of a table that stays, the key itself is reported.
      if (fact.kind === 'foreign-key-broken')
        return tableNamed(attended.before, foldCase(fact.table)) ? [] : [fact]
      return fact.kind === 'rows-tried' && fact.keys.length > 0
        ? [{ ...fact, nulls: [], checks: [], converted: [], emptied: false }]
        : []
    })
  },
})

/** Reports that a side which looks up parents has none for such a row: a column gets no value, or the row is lost. Rolls everything back. */
export const tryLookedUp = scriptTrial({
  sides: 'up',
  find: (effects, before) => (declaringKey(effects).length > 0 ? [] : lookedUpBy(effects, before)),
  run(trial, pairs) {
    const { rows, side } = trial
    let tables: readonly CatalogTable[] = []
    const begin = changing(trial, (state, situation) => {
      tables = addLookedUp(state, situation, pairs)
    })
    const outcome = rows.tryOut(side, begin)
    if (tables.length === 0) return []
    if (hasFailed(outcome))
      return outcome.failure.message.startsWith('NOT NULL')
        ? judgeFailure(rows, outcome, begin).facts.slice(0, 1)
        : []
    return outcome.facts.filter(
      (fact) =>
        fact.kind === 'rows-lost' && tables.some(({ name }) => isSameName(name, fact.table)),
    )
  },
})
