// A migration assigns its rows keys that rows of the application may have.
import { columnSubject } from '../subject/finding-subject.js'
import { factsOf, type FactOf } from '../subject/facts.js'
import type { ReplayedStep, Rule, Subject } from '../subject/rule.js'
import { sqlName } from '../../sql/sql-name.js'
import { listed } from '../../diagnostics/listed.js'
import { describeValue, ignoreComment, sideName } from '../wording/describe-step.js'
import { versionId } from '../../../src/model/version.js'
import { foldCase, isSameName, plainName } from '../../../src/sql/names.js'

/**
 * Tried on rows that have the keys: for inserted rows, and for texts that are replaced by others. Only for tables into which no
 * version has inserted rows, and that have existed for at least two versions, have AUTOINCREMENT, or whose rows are to be
 * replaced: a list that the next version fills belongs to the migrations.
 */
export const keyMayBeTaken: Rule = {
  code: 'KEY_MAY_BE_TAKEN',
  severity: 'warning',
  override: 'acknowledged',
  stage: 'replay',
  *check(subject) {
    for (const { step, fact, at } of factsOf(subject, 'key-taken')) {
      const { table, column, of } = fact
      if (of !== undefined && isFilledBefore(table, step, subject)) continue
      const about = columnSubject(table, column)
      const { what, fix } = of === undefined ? ofNewRow(fact, subject) : ofRow(fact, of)
      const ends =
        fact.by === 'refused'
          ? 'this fails, and that database gets no further'
          : 'that row is overwritten'
      yield {
        at,
        subject: about,
        message: `${sideName(step.version, fact.at.direction, at)} ${what}. If one has, ${ends}.`,
        fix: `${fix}. If only migrations write to ${table}, say so: ${ignoreComment('KEY_MAY_BE_TAKEN', step.migration, about)}.`,
      }
    }
  },
}

type Taken = FactOf<'key-taken'>

/** The message and the fix. */
interface Told {
  readonly what: string
  readonly fix: string
}

const ofNewRow = (fact: Taken, subject: Subject): Told => ({
  what: `inserts into ${fact.table} with ${fact.column} ${listed(fact.values.map(describeValue))}, which rows of the application may have: the table has existed since version ${versionId(sinceWhen(fact, subject))}, and no migration has inserted rows into it`,
  fix: 'Leave out what SQLite assigns itself, and insert only what is missing: `INSERT INTO … SELECT … WHERE NOT EXISTS (…)`, or ON CONFLICT DO NOTHING if the row of the application will do',
})

function ofRow(
  { table, column, values: [value = null] }: Taken,
  { value: old, along }: NonNullable<Taken['of']>,
): Told {
  const [name, was, is] = [sqlName(column), describeValue(old), describeValue(value)]
  const rest = along.map(sqlName)
  const [own, other] = rest.length > 0 ? [sqlName(table), 'other'] : [null, null]
  const same = rest.map((one) => ` AND ${other}.${one} = ${own}.${one}`).join('')
  const there = other
    ? `${own} AS ${other} WHERE ${other}.${name} = ${is}${same}`
    : `${sqlName(table)} WHERE ${name} = ${is}`
  const which = other
    ? `another row with the same ${listed(rest)}`
    : 'another row of the application'
  return {
    what: `turns ${was} into ${is} in ${column} of ${table}, which ${which} may have: it must be unique, and no migration has inserted rows into the table`,
    fix: `First decide what becomes of the other row, or leave both as they are: \`UPDATE … WHERE ${name} = ${was} AND NOT EXISTS (SELECT 1 FROM ${there})\``,
  }
}

/** Whether an earlier version has inserted rows into the table, as into a list that migrations maintain. */
const isFilledBefore = (table: string, { version }: ReplayedStep, { replay }: Subject): boolean =>
  (replay?.steps ?? []).some(
    (step) =>
      step.version < version &&
      step.statements.some(
        ({ direction, shape }) =>
          direction === 'up' &&
          shape.kind === 'insert' &&
          shape.selects.length === 0 &&
          isSameName(plainName(shape.table?.key ?? ''), table),
      ),
  )

/** The last version that the table was not there before. */
const sinceWhen = ({ at, table }: Taken, { replay }: Subject): number =>
  replay?.steps.findLast(
    ({ version, before }) => version < at.version && !before.has(`table ${foldCase(table)}`),
  )?.version ?? 1
