// The declared type of a column changes.
import { columnSubject } from '../subject/finding-subject.js'
import type { CatalogTable } from '../../model/catalog.js'
import type { Affinity } from '../changes/affinity.js'
import { isDeclared } from '../subject/declared-place.js'
import { changePlace } from '../subject/place.js'
import { isStoredAlike, storedAs, type ChangedType } from '../changes/changed-types.js'
import { changedTypes } from '../changes/replaced-columns.js'
import { copiesInto, isExpressed } from '../changes/completed-columns.js'
import { isConverted } from '../changes/converted-columns.js'
import { describeValue, ignoreComment, sentence, versionName } from '../wording/describe-step.js'
import { factsIn, type FactOf } from '../subject/facts.js'
import type { ReplayedStep, Rule, SchemaAct } from '../subject/rule.js'
import { sqlName } from '../../sql/sql-name.js'
import { foldCase, isSameName } from '../../../src/sql/names.js'
import { columnOf } from '../../model/in-catalog.js'

/**
 * Another name for a type that SQLite stores and compares the same way does not count: `INT`, `BIGINT`; nor does another length,
 * of which a shorter one is `COLUMN_NARROWED`. Silent if the copy casts the values to the new type, or writes an expression of
 * its own in their place, if code was seen to write something else for them, and if nothing is copied. If values are seen to
 * change with it, one is shown here, and `VALUES_LOST` does not report the column again.
 */
export const columnTypeChanged: Rule = {
  code: 'COLUMN_TYPE_CHANGED',
  severity: 'warning',
  stage: 'replay',
  needsRows: true,
  *check({ replay }) {
    for (const step of replay?.steps ?? []) {
      for (const changed of changedTypes(step)) {
        const fact = changeOf(changed, step)
        if (isStoredAsBefore(changed) || isMeant(changed, step) || isFromElsewhere(fact)) continue
        if (isOfAnother(changed, step, replay?.steps ?? [])) continue
        const at = changePlace(changed.trace.statement, step)
        const { before, after, table } = changed
        const { message, fix: remedy } = wordsFor(changed, exampleOf(fact))
        const fix = isDeclared(step.migration, 'up')
          ? remedy.replace('in the copy', 'with `using`')
          : remedy
        const subject = columnSubject(changed.trace.before.name, before.name)
        yield {
          at,
          subject,
          message: sentence(
            `${versionName(step, at)} changes the type of ${table.name}.${after.name} from ${before.type || 'none'} to ${after.type || 'none'}. ${message}${isDeclared(step.migration, 'down') ? TYPE_ALONE : ''}`,
          ),
          fix: `${fix}; or, if this is intended, say so: ${ignoreComment('COLUMN_TYPE_CHANGED', step.migration, subject)}.`,
        }
      }
    }
  },
}

const TYPE_ALONE =
  " `down: 'auto'` restores the type, not the values: it converts whatever there is by then."

const isStoredAsBefore = ({ trace, table, before, after }: ChangedType): boolean =>
  isStoredAlike(storedAs(before, trace.before), storedAs(after, table))

/** Whoever writes the CAST, or another expression, knows the new type, and has done what is necessary. */
const isMeant = ({ trace, table, before, after }: ChangedType, step: ReplayedStep): boolean =>
  isExpressed(trace, { before, after }, step) ||
  factsIn(step, 'rows-tried').some(
    (one) =>
      isSameName(one.table, table.name) &&
      (one.converted.some((name) => isSameName(name, after.name)) ||
        (one.emptied && copiesInto(trace, step.acts.up).length === 0)),
  ) ||
  isConverted(step.statements, {
    table: trace.before.name,
    names: columnOf(trace.before, after.name) ? [before.name] : [before.name, after.name],
    affinity: storedAs(after, table),
  })

/** Whether a table that was there before takes the name, and no version has copied the column there. */
function isOfAnother(
  { trace, before, after, table }: ChangedType,
  { before: catalog, acts }: ReplayedStep,
  steps: readonly ReplayedStep[],
): boolean {
  const former = acts.up.flatMap((act) =>
    act.kind === 'rename-table' && isSameName(act.to, table.name) ? [act.table] : [],
  )
  const isCopy = (act: SchemaAct): boolean =>
    act.kind === 'copy' &&
    isSameName(act.from, trace.before.name) &&
    former.includes(act.to) &&
    isSameName(act.columns.get(foldCase(after.name)) ?? '', before.name)
  return (
    former.some((name) => catalog.has(`table ${name}`)) &&
    !steps.some((one) => one.acts.up.some(isCopy))
  )
}

function wordsFor(
  { trace, table, before, after }: ChangedType,
  example: string,
): { readonly message: string; readonly fix: string } {
  const [was, is] = [storedAs(before, trace.before), storedAs(after, table)]
  if (isOfBlobs(before) && is !== 'BLOB') return BLOBS_STAY(sqlName(before.name), is)
  const effect = effectOf(was, is, table)
  return {
    message: `Its values are now stored ${storage(was, is)}: ${effect}.${example}`,
    fix: isOther(is, after) ? STAYS_TEXT : fixFor(was, is, sqlName(before.name)),
  }
}

/** Whether the type means numbers, and not times or documents, which SQLite also takes for NUMERIC. */
const isOther = (is: Affinity, { type }: ChangedType['after']): boolean =>
  is === 'NUMERIC' && !/num|dec/i.test(type)

const STAYS_TEXT =
  'Copy the values as they are; declare the column TEXT if text that looks like a number is to stay text'

/** Neither BLOB nor a column without a type converts anything. */
function storage(was: Affinity, is: Affinity): string {
  if (is === 'BLOB') return `as given instead of as ${was}`
  return was === 'BLOB' ? `as ${is} instead of as given` : `as ${is} instead of ${was}`
}

/** A column without a type holds values of any kind. */
const isOfBlobs = ({ type }: ChangedType['before']): boolean => /blob/i.test(type)

const BLOBS_STAY = (column: string, is: Affinity): ReturnType<typeof wordsFor> => ({
  message: `SQLite does not convert blobs: those that are copied as they are stay blobs in a column of the type ${is}, equal no other value and sort after all others.`,
  fix: `Convert them in the copy, as in \`hex(${column})\`; \`CAST(${column} AS TEXT)\` makes sense only for the bytes of a text`,
})

function fixFor(was: Affinity, is: Affinity, column: string): string {
  if (is === 'BLOB')
    return 'Keep a type that converts, if values are compared with columns that have one'
  const cast = `CAST(${column} AS ${is})`
  if (!isNumber(was) || !isNumber(is))
    return `Convert the values in the copy, as in \`${cast}\`, after checking those that do not convert${LOSSES[is] ?? ''}`
  return is === 'REAL'
    ? 'Keep the old type if there are integers of more than 15 digits'
    : `Decide in the copy what becomes of fractions, as in \`CAST(round(${column}) AS ${is})\``
}

const LOSSES: { readonly [A in Affinity]?: string } = {
  INTEGER: ": CAST turns 12.99 into 12, and 'abc' into 0",
  REAL: ": CAST turns 'abc' into 0.0",
  NUMERIC: ": CAST turns 'abc' into 0",
}

const EFFECTS: Readonly<Record<Affinity, string>> = {
  TEXT: "numbers become texts, so '10' sorts before '9' and comparisons with number columns change",
  INTEGER: "texts that look like numbers become numbers ('007' becomes 7), all others stay texts",
  REAL: "numbers lose digits beyond the 15th, texts that look like numbers become numbers ('007' becomes 7.0)",
  NUMERIC: "texts that look like numbers become numbers ('007' becomes 7), all others stay texts",
  BLOB: "nothing is converted any more, so 1 and '1' become different values",
}

const isNumber = (affinity: Affinity): affinity is 'INTEGER' | 'REAL' | 'NUMERIC' =>
  affinity !== 'TEXT' && affinity !== 'BLOB'

const FROM_REAL = 'whole numbers become integers (12.0 becomes 12), others keep their fraction'

/** For values that were numbers already. */
const NUMBER_EFFECTS = {
  INTEGER: FROM_REAL,
  REAL: 'integers become numbers with a fraction (12 becomes 12.0), and lose digits beyond the 15th',
  NUMERIC: FROM_REAL,
}

/** A STRICT table accepts no value of another type; every value but a BLOB can be text there, and ANY accepts all. */
function effectOf(was: Affinity, is: Affinity, { strict }: CatalogTable): string {
  if (strict && isNumber(is))
    return 'the table is STRICT, so it accepts what converts without loss, and the copy fails on any other value'
  if (strict && is === 'TEXT' && was === 'BLOB')
    return `${EFFECTS.TEXT}; the table is STRICT, so the copy fails on a BLOB that it does not convert`
  return isNumber(was) && isNumber(is) ? NUMBER_EFFECTS[is] : EFFECTS[is]
}

type Change = FactOf<'values-changed'>

const changeOf = ({ table, after }: ChangedType, step: ReplayedStep): Change | undefined =>
  factsIn(step, 'values-changed').find(
    (one) =>
      one.at.direction === 'up' &&
      isSameName(one.table, table.name) &&
      isSameName(one.column, after.name),
  )

/** The stored values are not those of the column: `VALUES_LOST` reports that. */
const isFromElsewhere = (fact: Change | undefined): boolean =>
  fact?.lost === 'left-out' || fact?.lost === 'unmade'

function exampleOf(fact: Change | undefined): string {
  if (!fact) return ''
  return ` With generated rows, ${describeValue(fact.before)} became ${describeValue(fact.after)}.`
}
