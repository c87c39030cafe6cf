// A rollback leads to a different schema than before.
import type { SchemaDifference } from '../../../src/model/verification.js'
import { foldCase, isSameName, plainName } from '../../../src/sql/names.js'
import { listed } from '../../diagnostics/listed.js'
import { mentions } from '../../sql/names-in.js'
import { shortSql } from '../../sql/one-line.js'
import { rebuildsByRename } from '../changes/moved-references.js'
import { knownColumns } from '../subject/known-columns.js'
import { rightOrder } from '../wording/right-order.js'
import { describeDifferences, type DifferenceWords } from '../wording/describe-differences.js'
import { sideName, ignoreComment, sentence } from '../wording/describe-step.js'
import {
  differentObjects,
  downDifferences,
  type DifferentObject,
} from '../changes/down-differences.js'
import { readsByPlace } from '../changes/reads-by-place.js'
import { isMadeByUp } from '../changes/made-by-up.js'
import type { Finding, ReplayedStep, Rule, Subject } from '../subject/rule.js'
import { undoingText, undoSql, type UndoWay } from '../wording/undo-sql.js'
import { writeOption } from '../source/write-option.js'

/**
 * Compared object by object, with a finding for each; a warning if only columns are in another order, with `columns` and the
 * table as its subject, or have the DEFAULT that ADD COLUMN needs for NOT NULL, and an info if ALTER TABLE has put them last and
 * nothing in the history goes by their places. Not for an object that `up` itself loses silently, which `OBJECT_LOST` reports: if
 * it is kept there, it exists after `down` as well. Mere differences in spelling are `DOWN_SPELLED_DIFFERENTLY`.
 */
export const downNotInverse: Rule = {
  code: 'DOWN_NOT_INVERSE',
  severity: 'error',
  override: 'acknowledged',
  stage: 'replay',
  supersedes: ['DOWN_EMPTY'],
  *check(subject) {
    for (const step of subject.replay?.steps ?? []) {
      yield* judge(step, subject)
    }
  },
}

function judge(step: ReplayedStep, subject: Subject): Finding[] {
  const { at, differences, undoing: way = 'altered' } = downDifferences(step, subject)
  const isKept = keepName(differences, step) !== null
  const words: DifferenceWords = {
    added: (...what) => (isMadeByUp(step, ...what) ? 'is still there' : 'is new'),
  }
  return differentObjects(differences, step).flatMap((one, _, [first = one]): Finding[] => {
    // The first one lists all of it, in a working order; if keeping a name until the end fixes it, each lists its own.
    const all = one === first && !isKept ? differences : one.differences
    const fix = sentence(keepName(one.differences, step) ?? completed(all, step, way))
    const ignore = ignoreComment('DOWN_NOT_INVERSE', step.migration, one.subject)
    return [
      {
        at,
        ...(one.subject !== undefined && { subject: one.subject }),
        ...severityOf(one, step, subject),
        message: `After ${sideName(step.version, 'down', at)} the schema is not what it was before \`up\`: ${describeDifferences(one.differences, step, words)}.${limitsOf(one)}`,
        fix: `${fix}; or replace \`down\` with ${writeOption('irreversible', step.migration.form)}; or, if this is intended, say why: ${ignore}.`,
      },
    ]
  })
}

const severityOf = (one: DifferentObject, step: ReplayedStep, subject: Subject) =>
  one.defaulted && {
    severity: one.isOrder && isMinor(one, step, subject) ? ('info' as const) : ('warning' as const),
  }

/** Whether columns come last because `down` adds them again, and nothing in the history depends on their order. */
function isMinor({ differences }: DifferentObject, step: ReplayedStep, subject: Subject): boolean {
  const later = (subject.replay?.steps ?? []).filter(({ version }) => version >= step.version)
  return differences.every(({ object }) => {
    const table = step.before.get(object)
    const isAdded = step.statements.some(
      ({ direction, shape }) =>
        direction === 'down' &&
        shape.kind === 'add-column' &&
        isSameName(plainName(shape.table.key), table?.name ?? ''),
    )
    return table !== undefined && isAdded && !readsByPlace(later, table.name)
  })
}

/** What to leave out of `down`, and what to add to it. */
function completed(
  differences: readonly SchemaDifference[],
  step: ReplayedStep,
  way: UndoWay | null,
): string {
  const { drops, rest } = needlessDrops(differences, step)
  const undoing = way && undoingText(undoSql(rest, step, way))
  if (undoing === null && (rest.length > 0 || drops.length === 0)) return 'complete `down`'
  const left = drops.length === 0 ? [] : [`leave ${listed(drops)} out`]
  return `in \`down\`, ${[...left, undoing ?? []].flat().join(', and ')}`
}

/** What `down` drops though `up` leaves it unchanged, and the differences that remain without that. */
function needlessDrops(
  differences: readonly SchemaDifference[],
  { before, after, statements }: ReplayedStep,
): { readonly drops: readonly string[]; readonly rest: readonly SchemaDifference[] } {
  const drops = new Map<string, string>()
  for (const { direction, shape, text } of statements) {
    if (direction === 'up' || shape.kind !== 'drop') continue
    const object = `${shape.object} ${plainName(shape.name.key)}`
    const isLost = differences.some((one) => one.object === object && one.change === 'lost')
    if (isLost && before.get(object)?.sql === after.get(object)?.sql) drops.set(object, text)
  }
  const isDropped = ({ object }: SchemaDifference): boolean => {
    const own = before.get(object)
    return (
      drops.has(own && 'table' in own ? `table ${foldCase(own.table)}` : object) ||
      drops.has(object)
    )
  }
  const mended = differences.filter(isDropped).flatMap(({ object }) => drops.get(object) ?? [])
  return {
    drops: mended.map((text) => `\`${shortSql(text)}\``),
    rest: differences.filter((one) => !isDropped(one)),
  }
}

/** If references to a table have followed it to the other name that `down` gives it first. */
function keepName(differences: readonly SchemaDifference[], step: ReplayedStep): string | null {
  const found = differences.flatMap(({ details }) => details.flatMap((one) => one.found ?? []))
  const rebuild = rebuildsByRename(
    step.statements.filter(({ direction }) => direction === 'down'),
  ).find(({ rename }) => found.some((text) => mentions(text, plainName(rename.to.key))))
  if (!rebuild) return null
  const known = knownColumns(step.after).of(rebuild.rename.table.key)
  return `in \`down\`, keep the name of ${rebuild.rename.table.text} until the end, because references follow a rename: ${rightOrder(rebuild, known)}`.replace(
    /;`$/,
    '`',
  )
}

/** Which code a slight difference affects. */
function limitsOf({ differences, defaulted }: DifferentObject): string {
  if (!defaulted) return ''
  const isMoved = differences.some(({ details }) =>
    details.some(({ change }) => change === 'moved'),
  )
  const all = [
    ...(isMoved ? [BY_POSITION] : []),
    ...(defaulted.length > 0
      ? [
          [
            `leaves out ${listed(defaulted)} in an INSERT`,
            'it gets the default instead of an error',
          ],
        ]
      : []),
  ]
  const affected = all.map(([code, why], at) =>
    at === 0 ? `Only code that ${code} is affected: ${why}` : `So is code that ${code}: ${why}`,
  )
  return ` ${affected.join('. ')}. \`lockstep verify\` reports it after a rollback.`
}

const BY_POSITION = [
  'relies on column positions',
  'an INSERT that names no columns, a `SELECT *` read by position',
]
