// Tries a side on one row more than there are, with a value that its text suggests, and judges what it fails on.
import type { CatalogTable } from '../../model/catalog.js'
import type { Fact } from '../../model/evidence.js'
import { codeIn } from '../../../src/plan/scripts.js'
import type { Example } from './fill/draft-row.js'
import { hasFailed, judgeFailure } from './judge-failure.js'
import { changing, scriptTrial, type Trial } from './script-trial.js'
import { addRows } from './seed/add-rows.js'
import { GUESSED, listedMembers, walkedMembers } from './seed/code-members.js'
import { doubledParts, isTaking } from './seed/doubled-parts.js'
import { isQuery } from './watch/statement-effect.js'

/**
 * Tries code on documents with lists in the members that it goes through, which generated documents lack: statements that no other row lets
 * it run may be wrong whatever is in them. Of lists, reports only what no value can cause, as the forms of elements are guessed, and only if
 * all forms fail; of members that are all gone through, that one is no value that can be bound. Rolls everything back.
 */
export const tryMembers = scriptTrial({
  sides: 'up',
  find: (effects) => effects.filter(isQuery),
  run(trial) {
    const { rows, side, effects } = trial
    const [text, now] = [codeIn(side.entry, side.direction), rows.situation()]
    if (text === null) return []
    const lists = listedMembers(text, effects, now).flatMap(
      ({ table, column, documents }): readonly Fact[] => {
        const all: (readonly Fact[])[] = []
        for (const one of documents) {
          const facts = failsOn(trial, { table, example: { [column]: one } }, isOfStatement)
          if (facts === null) return []
          all.push(facts)
        }
        return all.find((facts) => facts.length > 0) ?? []
      },
    )
    const flags = walkedMembers(text, effects, now).flatMap(
      ({ table, column, document }) =>
        failsOn(trial, { table, example: { [column]: document } }, isOfBinding) ?? [],
    )
    return [...lists, ...flags]
  },
})

/** What better-sqlite3 says of a boolean. */
const isOfBinding = (message: string): boolean => message.includes('can only bind')

/** What SQLite and its client say of how statements are called, without a text of ours; statements that do not even compile are told elsewhere. */
const isOfStatement = (message: string): boolean =>
  OF_STATEMENTS.test(message) && !GUESSED.some((one) => message.includes(one))

const OF_STATEMENTS =
  /^(?:too (?:many|few) parameter|bad JSON path|this statement (?:does not return|returns) data)/i

/**
 * Tries steps that take texts or lists apart on some that have the same part twice. Reports only that a unique key refuses the second one:
 * which part stays is not told by the values. Rolls everything back.
 */
export const tryDoubledParts = scriptTrial({
  sides: 'up',
  find: (effects) => effects.filter(isTaking),
  run(trial) {
    const { rows, side, effects } = trial
    const code = codeIn(side.entry, side.direction) ?? ''
    const all = doubledParts(effects, code, rows.situation(), rows.connection)
    return all.flatMap(
      ({ table, column, value }) =>
        failsOn(trial, { table, example: { [column]: value } }, isOfKey) ?? [],
    )
  },
})

const isOfKey = (message: string): boolean => message.startsWith('UNIQUE constraint failed')

/** What the failure tells, if its message is one that is meant; null if the side does not fail. Rolls everything back. */
function failsOn(
  trial: Trial,
  { table, example }: { readonly table: CatalogTable; readonly example: Example },
  isMeant: (message: string) => boolean,
): readonly Fact[] | null {
  const begin = changing(trial, (...at) => addRows(...at, { table, examples: [example] }))
  const outcome = trial.rows.tryOut(trial.side, begin, () => [])
  if (!hasFailed(outcome)) return null
  return isMeant(outcome.failure.message)
    ? judgeFailure(trial.rows, outcome, begin).facts.slice(0, 1)
    : []
}
