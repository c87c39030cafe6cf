// A migration begins or ends transactions itself.
import { remembered } from '../../../src/model/collected.js'
import { statementPlace } from '../subject/place.js'
import { foldUpper } from '../../../src/sql/names.js'
import { listed } from '../../diagnostics/listed.js'
import type { FoundStatement, Rule } from '../subject/rule.js'
import { inScript, orSayWhy, wayOn, REFUSED } from '../wording/left-out.js'
import { writeOption } from '../source/write-option.js'

/** Only the first words of statements: the BEGIN and END of a trigger do not count. A step without a transaction may do it. */
export const sqlTransactionControl: Rule = {
  code: 'SQL_TRANSACTION_CONTROL',
  severity: 'error',
  override: 'acknowledged in code',
  spoilsReplay: true,
  supersedes: REFUSED,
  *check({ statements, replay, reading }) {
    const words = new Map<string, Set<string>>()
    const found = statements.flatMap((statement) => {
      const word = controlWord(statement)
      if (!word || statement.migration.transaction?.value === false) return []
      const at = statementPlace(statement)
      const isNested = isSavepoint(statement)
      const own = remembered(words, `${isNested} ${at.file}`, () => new Set()).add(word)
      return [{ statement, at, isNested, own }]
    })
    for (const { statement, at, isNested, own } of found) {
      yield {
        at,
        leavesOut: inScript(statement),
        message: `${at.file} controls the transaction with ${listed([...own])}, but the migration already runs in one, together with its row in the ledger.${isNested ? UNNOTICED : ''}${wayOn(statement, { replay, reading })}`,
        fix: `Remove it. ${isNested ? NESTED : ''}A step that must manage transactions itself declares ${writeOption('transaction: false', statement.migration.form)}${orSayWhy('SQL_TRANSACTION_CONTROL', statement)}.`,
      }
    }
  },
}

const UNNOTICED = ' A savepoint left open there goes unnoticed.'
const NESTED =
  'Code that may have to undo part of its work wraps that part in `db.transaction()`, which closes what it opens. '

function isSavepoint({ shape }: FoundStatement): boolean {
  const [word = '', ...rest] = shape.kind === 'other' ? shape.words : []
  return takesName(word) || (word === 'rollback' && (rest[0] === 'to' || rest[1] === 'to'))
}

const CONTROL = new Set(['begin', 'commit', 'end', 'rollback', 'savepoint', 'release'])

/** In code, BEGIN and END may be part of something else; they count only if a statement could continue like that. */
function controlWord({ shape, origin }: FoundStatement): string | null {
  const [word = '', next] = shape.kind === 'other' ? shape.words : []
  if (!CONTROL.has(word)) return null
  return origin === 'script' || next === undefined || FOLLOWS.has(next) || takesName(word)
    ? foldUpper(word)
    : null
}

const FOLLOWS = new Set(['transaction', 'deferred', 'immediate', 'exclusive', 'concurrent', 'to'])

const takesName = (word: string): boolean => word === 'savepoint' || word === 'release'
