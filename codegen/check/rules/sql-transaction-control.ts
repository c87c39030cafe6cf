// A migration begins or ends transactions itself.
import { statementPlace } from '../place.js'
import type { FoundStatement, Rule } from '../rule.js'
import { writeOption } from '../write-option.js'

/** First words of statements only: the BEGIN and END of a trigger are none. A step without a transaction may do it. */
export const sqlTransactionControl: Rule = {
  code: 'SQL_TRANSACTION_CONTROL',
  severity: 'error',
  standing: 'adjustable',
  stage: 'migrations',
  meaning: 'A migration contains BEGIN, COMMIT, END, ROLLBACK, SAVEPOINT or RELEASE.',
  problem:
    'Each migration runs in a transaction together with its row of the ledger. A COMMIT in it makes the first half ' +
    'permanent without recording it; after a crash it would run again. A savepoint that the migration leaves open would ' +
    'go unnoticed, and what follows would belong to it.',
  solution:
    'Remove the statement. Code that may have to undo a part of its work wraps that part in `db.transaction()`. A step that must manage transactions itself declares `transaction: false`.',
  spoilsReplay: true,
  *check({ statements }) {
    for (const statement of statements) {
      const word = controlWord(statement)
      if (!word || statement.migration?.transaction?.value === false) continue
      const at = statementPlace(statement)
      yield {
        at,
        message: `${at.file} controls the transaction with ${word}, but the migration already runs in one, together with its row of the ledger.${isSavepoint(statement) ? UNNOTICED : ''}`,
        fix: `Remove it. ${isSavepoint(statement) ? NESTED : ''}A step that must manage transactions itself declares ${writeOption('transaction: false', statement.migration?.form)}.`,
      }
    }
  },
}

const UNNOTICED = ' A savepoint that is left open there cannot be noticed.'
const NESTED =
  'Code that may have to undo a part of its work wraps that part in `db.transaction()`, which closes what it opens. '

const isSavepoint = ({ head: [word = '', ...rest] }: FoundStatement): boolean =>
  takesName(word) || (word === 'ROLLBACK' && (rest[0] === 'TO' || rest[1] === 'TO'))

const CONTROL = new Set(['BEGIN', 'COMMIT', 'END', 'ROLLBACK', 'SAVEPOINT', 'RELEASE'])

/** In code, BEGIN and END may be words of something else; there they count only where a statement could go on so. */
function controlWord({ head: [word = '', next], origin }: FoundStatement): string | null {
  if (!CONTROL.has(word)) return null
  return origin === 'script' || next === undefined || FOLLOWS.has(next) || takesName(word)
    ? word
    : null
}

const FOLLOWS = new Set(['TRANSACTION', 'DEFERRED', 'IMMEDIATE', 'EXCLUSIVE', 'CONCURRENT', 'TO'])

const takesName = (word: string): boolean => word === 'SAVEPOINT' || word === 'RELEASE'
