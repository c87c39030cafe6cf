// Tries code on documents with lists in the members that it goes through, which generated documents lack: statements that no other row
// lets it run may be wrong whatever is in them.
import type { CatalogTable } from '../../model/catalog.js'
import type { Fact } from '../../model/evidence.js'
import type { Example } from './fill/draft-row.js'
import { sideOf } from '../../../src/plan/scripts.js'
import { hasFailed, judgeFailure } from './judge-failure.js'
import { scriptTrial } from './script-trial.js'
import { addRows } from './seed/add-rows.js'
import { doubledParts, GUESSED, listedMembers } from './seed/code-members.js'
import { isQuery } from './watch/statement-effect.js'

/**
 * Of members, reports only what no value can cause, as the forms of elements are guessed, and only if all forms fail; of texts and lists that
 * code takes apart, that it inserts the same part twice. Rolls everything back.
 */
export const tryMembers = scriptTrial({
  sides: 'up',
  find: (effects) => effects.filter(isQuery),
  run({ rows, side, effects, prepare }) {
    const code = sideOf(side.entry, side.direction)
    if (!code || 'scripts' in code) return []
    const text = String(code.code)
    const tried = (
      table: CatalogTable,
      example: Example,
      isMeant: (message: string) => boolean,
    ) => {
      const begin = (): void => {
        prepare()
        rows.onTrial((...at) => addRows(...at, { table, examples: [example] }))
      }
      const outcome = rows.tryOut(side, begin)
      if (!hasFailed(outcome)) return null
      return isMeant(outcome.failure.message)
        ? judgeFailure(rows, outcome, begin).facts.slice(0, 1)
        : []
    }
    const members = listedMembers(text, effects, rows.situation())
    const doubled = doubledParts(text, effects, rows.situation(), rows.connection)
    return [
      ...members.flatMap(({ table, column, documents }): readonly Fact[] => {
        const all = documents.map((one) => tried(table, { [column]: one }, isOfStatement))
        return all.includes(null) ? [] : (all.find((one) => one && one.length > 0) ?? [])
      }),
      ...doubled.flatMap(({ table, column, documents }) =>
        documents.flatMap((one) => tried(table, { [column]: one }, isOfKey) ?? []),
      ),
    ]
  },
})

/** What SQLite and its client say of how statements are called, without a text of ours; statements that do not even compile are told elsewhere. */
const isOfStatement = (message: string): boolean =>
  OF_STATEMENTS.test(message) && !GUESSED.some((one) => message.includes(one))

const isOfKey = (message: string): boolean => message.startsWith('UNIQUE constraint failed')

const OF_STATEMENTS =
  /^(?:too (?:many|few) parameter|bad JSON path|this statement (?:does not return|returns) data)/i
