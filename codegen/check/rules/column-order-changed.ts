// A step changes which column stands in which place, and a view or a trigger goes by the places.
import {
  movedMatches,
  takenTwice,
  type MovedMatch,
  type TakenTwice,
} from '../changes/columns-by-position.js'
import { isClosed } from '../subject/declared-place.js'
import { objectSubject } from '../subject/finding-subject.js'
import { changePlace } from '../subject/place.js'
import { isSameName } from '../../../src/sql/names.js'
import type { Finding, ReplayedStep, Rule } from '../subject/rule.js'
import { sqlInLine } from '../../sql/one-line.js'
import { ignoreComment, sentence, versionName } from '../wording/describe-step.js'

/**
 * `INSERT INTO t VALUES …` and `INSERT INTO t SELECT * …` in triggers, and in views the columns that are named behind its name and the parts of a
 * UNION, where one of them is `SELECT *`; and triggers that set a column twice where another has got its name. SQLite goes on without a word as long as the number of columns fits; where it does
 * not, `OBJECT_BROKEN` says so.
 */
export const columnOrderChanged: Rule = {
  code: 'COLUMN_ORDER_CHANGED',
  severity: 'error',
  override: 'acknowledged',
  stage: 'replay',
  *check({ replay }) {
    for (const step of replay?.steps ?? []) {
      for (const twice of takenTwice(step)) yield ofTwice(twice, step)
      for (const match of movedMatches(step)) {
        const { object, trace } = match
        const declared = step.migration.alter?.tables.find(({ table }) =>
          isSameName(table.value, trace.before.name),
        )
        const at = declared?.table.position ?? changePlace(trace.statement, step)
        const about = objectSubject(`${object.type} ${object.name}`)
        const when = isClosed(step.migration, 'up')
          ? 'in a migration before this one'
          : 'before the change'
        yield {
          at,
          subject: about,
          message: sentence(
            `${versionName(step, at)} changes the order of the columns of ${trace.before.name}, by which the ${object.type} ${object.name} goes: from now on it ${saidOf(match)}, without an error.`,
          ),
          fix: `Make the ${object.type} again so that it names the columns, ${when}; it is \`${sqlInLine(object.sql)}\`; or, if it is meant, say why: ${ignoreComment('COLUMN_ORDER_CHANGED', step.migration, about)}.`,
        }
      }
    }
  },
}

function ofTwice({ object, column }: TakenTwice, step: ReplayedStep): Finding {
  const at = step.migration.alter?.position ?? step.migration.position
  const about = objectSubject(`trigger ${object.name}`)
  const when = isClosed(step.migration, 'up') ? 'in a migration before this one' : 'before that'
  return {
    at,
    subject: about,
    message: sentence(
      `${versionName(step, at)} gives a column the name of one that the trigger ${object.name} sets as well: from now on it sets ${column} twice, and one of the values is lost without an error.`,
    ),
    fix: `Drop the trigger ${when}, and make it again so that it fits; it is now \`${sqlInLine(object.sql)}\`; or, if it is meant, say why: ${ignoreComment('COLUMN_ORDER_CHANGED', step.migration, about)}.`,
  }
}

function saidOf({ object, now: [to, from], instead: { place, of } }: MovedMatch): string {
  const [verb, into] = object.type === 'trigger' ? ['puts', 'into'] : ['shows', 'as']
  const other = place === 'to' ? `${into} ${of}` : of
  return `${verb} ${from} ${into} ${to} instead of ${other}`
}
