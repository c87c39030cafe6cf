// A migration leaves a temporary table or view behind.
import { ignoreComment } from '../wording/describe-step.js'
import { statementPlace } from '../subject/place.js'
import type { Rule, FoundStatement, UpStep } from '../subject/rule.js'
import type { CreateTable, CreateView } from '../../sql/statement.js'
import { foldUpper } from '../../../src/sql/names.js'

/** Only for `up`, and for what the same `up` does not drop. Triggers are left out: one on a temporary table disappears with it. */
export const temporaryLeft: Rule = {
  code: 'TEMPORARY_LEFT',
  severity: 'warning',
  *check({ upSteps }) {
    for (const step of upSteps) {
      for (const { statement, made } of leftBy(step)) {
        const at = statementPlace(statement)
        const type = made.kind.slice('create-'.length)
        const ignore = statement.migration
          ? `; or say why it is meant to stay: ${ignoreComment('TEMPORARY_LEFT', statement.migration)}`
          : ''
        yield {
          at,
          message: `${at.file} creates the temporary ${type} ${made.name.text} and does not drop it. It lasts until the connection closes: a later version finds it only if both run together.`,
          fix: `Add \`DROP ${foldUpper(type)} ${made.name.text}\` at the end of the migration${ignore}.`,
        }
      }
    }
  },
}

interface Made {
  readonly statement: FoundStatement
  readonly made: CreateTable | CreateView
}

function leftBy({ statements }: UpStep): Made[] {
  const left = new Map<string, Made>()
  for (const statement of statements) {
    const { shape } = statement
    if (shape.kind === 'drop') left.delete(shape.name.key)
    if (shape.kind !== 'create-table' && shape.kind !== 'create-view') continue
    if (shape.temporary) left.set(shape.name.key, { statement, made: shape })
  }
  return [...left.values()]
}
