// A migration leaves a full-text index out of step with its rows.
import { sideName, ignoreComment, inStatement, saidText } from '../wording/describe-step.js'
import { isChangeHeard } from '../changes/changed-values.js'
import { versionId } from '../../../src/model/version.js'
import type { Catalog } from '../../model/catalog.js'
import { tableIn } from '../../model/in-catalog.js'
import { numbersOf } from '../../model/rowid-column.js'
import { isClosed } from '../subject/declared-place.js'
import { partialFill } from '../wording/index-fill.js'
import { factsIn, factsOf, type FactOf } from '../subject/facts.js'
import type { ReplayedStep, Rule, Subject } from '../subject/rule.js'
import { sqlName } from '../../sql/sql-name.js'
import { foldCase, isSameName } from '../../../src/sql/names.js'
import { mentions } from '../../sql/names-in.js'
import { refill } from '../../../src/schema/external-content.js'

type IndexMisfit = FactOf<'index-misfit'>

/** Judged by what the index reported about itself before and after the migration, and by the rowids that the replay has seen. */
export const rowidsChanged: Rule = {
  code: 'ROWIDS_CHANGED',
  severity: 'error',
  override: 'acknowledged',
  stage: 'replay',
  *check(subject) {
    for (const { step, fact, at } of factsOf(subject, 'index-misfit')) {
      if (isNumberLost(step, fact, subject) || isMendedNext(step, fact, subject)) continue
      const { what, fix: remedy } = EXPLAIN[fact.cause](fact, step)
      const fix = isClosed(step.migration, fact.at.direction) ? inNext(remedy) : remedy
      const about = sqlName(fact.index)
      const later = fact.at.direction === 'up' ? mendingStep(step, fact, subject) : undefined
      yield {
        at,
        subject: about,
        ...(later && { severity: 'info' }),
        message: `${sideName(step.version, fact.at.direction, at)} ${what}.${later ? ` Version ${versionId(later.version)} ${fact.cause === 'unfilled' ? 'fills' : 'rebuilds'} it.` : ''}`,
        fix: `${fix}. If the application rebuilds it itself, say so: ${ignoreComment('ROWIDS_CHANGED', step.migration, about)}.`,
      }
    }
  },
}

/** Beside a declaration there is no place for a statement. An index that is dropped before it can be made again by `down` as well. */
const inNext = (remedy: string): string =>
  remedy
    .replace(' afterwards', ' in the next migration')
    .replace(
      /^(Drop the index[^,]*?),(?: and)? create/,
      '$1 in a migration before this one, and in the next one create',
    )

/** Whether the next step rebuilds or drops the index, for a step that has no place for that. */
function isMendedNext(step: ReplayedStep, fact: IndexMisfit, subject: Subject): boolean {
  const { replay } = subject
  if (!replay || !isClosed(step.migration, fact.at.direction)) return false
  const next = replay.steps[replay.steps.indexOf(step) + 1]
  const isGone = next !== undefined && !next.after.has(`table ${foldCase(fact.index)}`)
  return isGone || mendingStep(step, fact, subject) !== undefined
}

/** The next step, if it fills the index. */
function mendingStep(
  step: ReplayedStep,
  { index }: IndexMisfit,
  { replay }: Subject,
): ReplayedStep | undefined {
  const next = replay?.steps[replay.steps.indexOf(step) + 1]
  const mended = next ? factsIn(next, 'index-mended') : []
  return mended.some((one) => isSameName(one.index, index)) ? next : undefined
}

/** Whether it is reported that the rows have other numbers. */
function isNumberLost(
  step: ReplayedStep,
  { at: { direction }, table, cause }: IndexMisfit,
  subject: Subject,
): boolean {
  if (cause !== 'rowids' && cause !== 'keyed') return false
  const columns = numbersOf(step.before.get(`table ${foldCase(table)}`))
  return isChangeHeard(step, subject, { direction, table, columns })
}

interface Explanation {
  readonly what: string
  readonly fix: string
}

/** Whether a trigger on UPDATE or DELETE removes nothing from the index. */
const takesNothingOut = ({ at }: IndexMisfit): boolean =>
  /^create\b[^;]*?\b(?:update|delete)\b[^;]*?\bbegin\b/i.test(at.statement ?? '') &&
  !/'delete'|\bbegin\b[^]*\bdelete\s+from\b/i.test(at.statement ?? '')

const LEFT_IN = ({ at, table, index }: IndexMisfit): Explanation => ({
  what: `lets a trigger leave the old text of changed or deleted rows in the full-text index ${index}${inStatement(at)}: from then on searches find rows by text that ${table} no longer has, or fail`,
  fix: `Remove the old text first, in the trigger: \`INSERT INTO ${sqlName(index)} (${sqlName(index)}, rowid, …) VALUES ('delete', old.rowid, old.…);\``,
})

const TOLD_OTHERWISE = ({ at, table, index }: IndexMisfit): Explanation => ({
  what: `lets a trigger give the full-text index ${index} other values of a row than ${table} has${inStatement(at)}: from then on searches return the wrong rows, or fail`,
  fix: removesLate(at.statement ?? '')
    ? `Delete the row from ${index} in a BEFORE trigger: the index reads its old text from ${table}, which no longer has it afterwards`
    : `Name \`rowid\` and every column of the index in the trigger, each with the value that ${table} has there; for a row that is changed or deleted, first remove the old values from it`,
})

/** Whether a trigger deletes from the index once the row has changed or gone. */
const removesLate = (sql: string): boolean =>
  /^create\b(?![^;]*?\bbefore\s+(?:update|delete)\b)[^;]*?\b(?:update|delete)\b[^;]*?\bbegin\b[^]*\bdelete\s+from\b/i.test(
    sql,
  )

const EXPLAIN: Readonly<
  Record<IndexMisfit['cause'], (fact: IndexMisfit, step: ReplayedStep) => Explanation>
> = {
  rowids: (fact) => ({
    what: `gives rows of ${fact.table} new rowids${inStatement(fact.at)}, but the full-text index ${fact.index} looks for the old ones: searches return the wrong rows`,
    fix: remedyOf(fact),
  }),
  rows: ({ at, table, index }) => ({
    what: `changes rows of ${table}${inStatement(at)}, but nothing updates the full-text index ${index}, which no longer matches them: searches return the wrong rows, or fail`,
    fix: `Rebuild the index afterwards: \`${refill(index)};\``,
  }),
  unreadable: (fact, step) => ({
    what: `removes what the full-text index ${fact.index} reads${inStatement(fact.at)}: it cannot read the rows of ${fact.table} (${saidText(fact.message ?? '')}), and searches fail`,
    fix: anewWithTriggers(fact, step),
  }),
  unfilled: ({ at, table, index }, step) => ({
    what: `creates the full-text index ${index}${inStatement(at)} and leaves it empty: searches find none of the rows of ${table}${isOfFts5(index, catalogBehind(at, step)) ? ', and if triggers maintain the index, changing one of these fails with "database disk image is malformed"' : ''}`,
    fix: `Fill it afterwards: \`${partialFill(index, catalogBehind(at, step)) ?? refill(index)};\``,
  }),
  text: ({ at, table, index }) => ({
    what: `${/^create/i.test(at.statement ?? '') ? 'lets a trigger put into' : 'puts into'} the full-text index ${index}${inStatement(at)} other text than ${table} has in these columns: searches go by that text, but SQLite considers the index damaged, which \`lockstep verify\` reports; 'rebuild' replaces the text, and removing a row by what ${table} has leaves part of it behind`,
    fix: `Give it the text that ${table} has (\`${refill(index)};\`); if another text is intended, keep it in a column or a view, and make that its content (\`content=\`)`,
  }),
  misfilled: ({ at, table, index }) => ({
    what: `fills the full-text index ${index}${inStatement(at)} with rows or text that ${table} does not have: searches return the wrong rows, and if triggers maintain the index, changing a row damages it`,
    fix: `Let it read them itself: \`${refill(index)};\``,
  }),
  overfilled: ({ at, table, index }, step) => ({
    what: `puts all rows of ${table} into the full-text index ${index}${inStatement(at)}, also those that its triggers keep out: when one of them is deleted, its text stays in the index, and searches fail`,
    fix: `Put in only those that they let in: \`${partialFill(index, catalogBehind(at, step)) ?? 'INSERT INTO … SELECT … WHERE …'};\``,
  }),
  blind: ({ at, table, index, message }) => ({
    what: `creates the full-text index ${index}${inStatement(at)}, which cannot read the rows of ${table} (${saidText(message ?? '')}): searches fail`,
    fix: `Name the columns, the table and its rowid as they are in ${table}, or give it a view that has them (\`content=\`, \`content_rowid=\`)`,
  }),
  keyed: ({ at, table, index }) => ({
    what: `gives rows of ${table} new rowids${inStatement(at)}, but ${index}, which triggers keep by these, still has the old ones: its rows now belong to other rows of ${table}, or to none`,
    fix: byRowids(
      at,
      table,
      `rewrite the rows of ${index} afterwards, with the rowids that the rows of ${table} have then`,
    ),
  }),
  trigger: (fact) => (takesNothingOut(fact) ? LEFT_IN(fact) : TOLD_OTHERWISE(fact)),
  unnumbered: ({ at, table, index }) => ({
    what: `fills the full-text index ${index}${inStatement(at)} without the rowids, so it numbers them from 1: searches return other rows of ${table}`,
    fix: `Let it read them itself: \`${refill(index)};\`, or name \`rowid\` in the INSERT as well`,
  }),
}

/** Older ones find nothing to remove, and say nothing. */
const isOfFts5 = (index: string, catalog: Catalog): boolean =>
  !/^fts[34]$/.test(tableIn(catalog, index)?.module ?? '')

const catalogBehind = ({ direction }: IndexMisfit['at'], step: ReplayedStep) =>
  direction === 'up' ? step.after : step.before

/** Triggers that keep the index name its columns, which are others then. */
function anewWithTriggers({ at, index }: IndexMisfit, step: ReplayedStep): string {
  const keeping = [...catalogBehind(at, step).values()].flatMap(({ type, name, sql }) =>
    type === 'trigger' && mentions(sql, index) ? [sqlName(name)] : [],
  )
  const [drops, creations] = ['DROP', 'CREATE'].map((verb) =>
    keeping.map((name) => ` ${verb} TRIGGER ${name}${verb === 'DROP' ? '' : ' …'};`).join(''),
  )
  const anew = `DROP TABLE ${sqlName(index)}; CREATE VIRTUAL TABLE ${sqlName(index)} …; ${refill(index)};`
  return keeping.length === 0
    ? `Drop the index, and create and fill it again over what is there then: \`${anew}\``
    : `Drop the index and the triggers that maintain it, create and fill it again over what is there then, and recreate the triggers with the columns that it has then: \`${drops} ${anew}${creations}\``.replace(
        '` ',
        '`',
      )
}

const remedyOf = ({ at, table, index }: IndexMisfit): string =>
  byRowids(at, table, `rebuild the index afterwards: \`${refill(index)};\``)

const byRowids = (at: IndexMisfit['at'], table: string, anew: string): string =>
  /^vacuum/i.test(at.statement ?? '')
    ? `Give ${table} an INTEGER PRIMARY KEY, or ${anew}`
    : `Copy \`rowid\` as well (\`INSERT INTO … (rowid, …) SELECT rowid, …\`), use \`ctx.rebuild\`, or ${anew}`
