// A view or a trigger no longer compiles.
import { objectSubject } from '../subject/finding-subject.js'
import { isClosed } from '../subject/declared-place.js'
import { causePlace } from '../subject/place.js'
import { isMoveHeard } from '../changes/moved-references.js'
import { listed } from '../../diagnostics/listed.js'
import { sideName, ignoreComment, saidText, sentence } from '../wording/describe-step.js'
import { isColumnDropHeard } from '../changes/dropped-columns.js'
import { isDropHeard, missesTable } from '../changes/dropped-tables.js'
import { factsIn, factsOf, type FactOf } from '../subject/facts.js'
import { mentions } from '../../sql/names-in.js'
import type { ReplayedStep, Rule } from '../subject/rule.js'
import { sqlInLine } from '../../sql/one-line.js'
import { foldCase } from '../../../src/sql/names.js'

type BrokenObject = FactOf<'broken-object'>

/**
 * Reported in the version that breaks it, once per cause: objects that are broken because they read a broken view are named with
 * that view. If the cause is a table or column that the same version drops, the finding about the drop names the object instead;
 * once that is acknowledged, this one is reported.
 */
export const objectBroken: Rule = {
  code: 'OBJECT_BROKEN',
  severity: 'error',
  override: 'acknowledged',
  stage: 'replay',
  *check(subject) {
    for (const { step, fact } of factsOf(subject, 'broken-object')) {
      if (isDropHeard(step, subject, fact) || isColumnDropHeard(step, subject, fact)) continue
      const isMissed = (name: string): boolean => missesTable(fact.message, name)
      if (fact.at.direction === 'up' && isMoveHeard(step, subject, isMissed)) continue
      if (brokenBefore(fact, step).length > 0) continue
      const { direction } = fact.at
      const isNamed = (table: string): boolean => mentions(sqlOf(fact.object, step) ?? '', table)
      const at = causePlace(fact.at, step, subject, isNamed)
      const [more, fix] = isMade(fact, step)
        ? ['', `Correct what it names${oldText(fact.object, step)}`]
        : [
            ' any more',
            `${isClosed(step.migration, direction) ? MAKE_APART : MAKE_AGAIN}${oldText(fact.object, step)}`,
          ]
      const about = objectSubject(fact.object)
      yield {
        at,
        subject: about,
        message: `${sentence(fact.object)} does not compile${more} after ${sideName(step.version, direction, at)}: ${saidText(fact.message)}${alongWith(fact, step)}. SQLite only notices when it is used.`,
        fix: `${fix}; or, if it is to stay broken for now, say why: ${ignoreComment('OBJECT_BROKEN', step.migration, about)}.`,
      }
    }
  },
}

const MAKE_AGAIN = 'Drop it before the change, and recreate it so that it fits'

const MAKE_APART =
  'Drop it in a migration before this one, and recreate it in the next one so that it fits'

/** Whether the side creates the object itself, so that it never compiled in this form. */
function isMade({ object, at }: BrokenObject, step: ReplayedStep): boolean {
  const { before, after, acts } = step
  const key = foldCase(object)
  const was = at.direction === 'up' ? before : after
  return (
    !was.has(key) ||
    acts[at.direction].some((act) => act.kind === 'create' && `${act.type} ${act.name}` === key)
  )
}

/** The broken views that an object reads, when they lack the same as it does. */
const brokenBefore = (fact: BrokenObject, step: ReplayedStep): BrokenObject[] =>
  /\bno such\b/.test(fact.message)
    ? factsIn(step, 'broken-object').filter(
        (other) =>
          other.object !== fact.object &&
          other.message === fact.message &&
          other.object.startsWith('view ') &&
          mentions(sqlOf(fact.object, step) ?? '', other.object.slice('view '.length)),
      )
    : []

/** What reads the object, directly or through others. */
function alongWith(fact: BrokenObject, step: ReplayedStep): string {
  const found = new Set([fact.object])
  for (const seen of found) {
    for (const other of factsIn(step, 'broken-object'))
      if (brokenBefore(other, step).some(({ object }) => object === seen)) found.add(other.object)
  }
  const others = [...found].slice(1)
  return others.length === 0 ? '' : `, and neither does what reads it, ${listed(others)}`
}

function oldText(object: string, step: ReplayedStep): string {
  const sql = sqlOf(object, step)
  return sql === null ? '' : `; it is now \`${sqlInLine(sql)}\``
}

function sqlOf(object: string, { before, after }: ReplayedStep): string | null {
  const key = foldCase(object)
  return (after.get(key) ?? before.get(key))?.sql ?? null
}
