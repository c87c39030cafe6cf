// A migration leaves a full-text index out of step with its rows.
import { sideName, ignoreComment, inStatement, saidText } from '../wording/describe-step.js'
import { isChangeHeard } from '../changes/changed-values.js'
import { numbersOf } from '../../model/rowid-column.js'
import { isClosed } from '../subject/declared-place.js'
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
      yield {
        at,
        subject: about,
        message: `${sideName(step.version, fact.at.direction, at)} ${what}.`,
        fix: `${fix}. If the application makes it anew itself, say so: ${ignoreComment('ROWIDS_CHANGED', step.migration, about)}.`,
      }
    }
  },
}

/** Beside a declaration there is no place for a statement. An index that is dropped before it can be made again by `down` as well. */
const inNext = (remedy: string): string =>
  remedy
    .replace(' behind it', ' in the next migration')
    .replace(
      /^(Drop the index[^,]*?),(?: and)? create/,
      '$1 in a migration before this one, and in the next one create',
    )

/** Whether the next step rebuilds or drops the index, for a step that has no place for that. */
function isMendedNext(
  step: ReplayedStep,
  { at, index }: IndexMisfit,
  { replay }: Subject,
): boolean {
  if (!replay || !isClosed(step.migration, at.direction)) return false
  const next = replay.steps[replay.steps.indexOf(step) + 1]
  if (!next) return false
  const isGone = !next.after.has(`table ${foldCase(index)}`)
  return isGone || factsIn(next, 'index-mended').some((one) => isSameName(one.index, index))
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
  what: `lets a trigger leave in the full-text index ${index} what it was told of a row before that changes or goes${inStatement(at)}: from then on a search finds rows by text that ${table} does not have any more, or fails`,
  fix: `Take the old text out first, in the trigger: \`INSERT INTO ${sqlName(index)} (${sqlName(index)}, rowid, …) VALUES ('delete', old.rowid, old.…);\``,
})

const TOLD_OTHERWISE = ({ at, table, index }: IndexMisfit): Explanation => ({
  what: `lets a trigger tell the full-text index ${index} something else of a row than ${table} has${inStatement(at)}: from then on a search answers with other rows than it should, or fails`,
  fix: `Name \`rowid\` and every column of the index in the trigger, each with the value that ${table} has there; of a row that goes or changes, take from it first what it was told before`,
})

const EXPLAIN: Readonly<
  Record<IndexMisfit['cause'], (fact: IndexMisfit, step: ReplayedStep) => Explanation>
> = {
  rowids: (fact) => ({
    what: `gives rows of ${fact.table} other rowids${inStatement(fact.at)}, and the full-text index ${fact.index} looks for the old ones: a search answers with other rows`,
    fix: remedyOf(fact),
  }),
  rows: ({ at, table, index }) => ({
    what: `changes rows of ${table}${inStatement(at)}, and nothing tells the full-text index ${index}, which no longer fits them: a search answers with other rows than it should, or fails`,
    fix: `Make the index anew behind it: \`${refill(index)};\``,
  }),
  unreadable: (fact, step) => ({
    what: `takes away what the full-text index ${fact.index} reads${inStatement(fact.at)}: it cannot read the rows of ${fact.table} (${saidText(fact.message ?? '')}), and searches fail`,
    fix: anewWithTriggers(fact, step),
  }),
  unfilled: ({ at, table, index }) => ({
    what: `makes the full-text index ${index}${inStatement(at)} and leaves it empty: a search finds none of the rows that ${table} has, and where triggers keep the index, changing one of these fails with "database disk image is malformed"`,
    fix: `Fill it behind it: \`${refill(index)};\``,
  }),
  text: ({ at, table, index }) => ({
    what: `${/^create/i.test(at.statement ?? '') ? 'lets a trigger put into' : 'puts into'} the full-text index ${index}${inStatement(at)} other text than ${table} has in these columns: a search answers by that text, but SQLite counts the index as damaged, which \`lockstep verify\` reports; 'rebuild' replaces the text, and taking a row out of it by what ${table} has leaves a part behind`,
    fix: `Give it the text that ${table} has (\`${refill(index)};\`); where another text is meant, keep that in a column or a view, and make this its content (\`content=\`)`,
  }),
  misfilled: ({ at, table, index }) => ({
    what: `fills the full-text index ${index}${inStatement(at)} with other rows than ${table} has, or with other text: a search answers with other rows than it should, and where triggers keep the index, changing a row damages it`,
    fix: `Let it read them itself: \`${refill(index)};\``,
  }),
  blind: ({ at, table, index, message }) => ({
    what: `makes the full-text index ${index}${inStatement(at)}, which cannot read the rows of ${table} (${saidText(message ?? '')}): searches fail`,
    fix: `Name the columns, the table and its number as they are in ${table}, or give it a view which has them (\`content=\`, \`content_rowid=\`)`,
  }),
  keyed: ({ at, table, index }) => ({
    what: `gives rows of ${table} other rowids${inStatement(at)}, and ${index}, which triggers keep by these, still has the old ones: its rows belong to other rows of ${table} now, or to none`,
    fix: byRowids(
      at,
      table,
      `write the rows of ${index} anew behind it, with the rowids that the rows of ${table} have then`,
    ),
  }),
  trigger: (fact) => (takesNothingOut(fact) ? LEFT_IN(fact) : TOLD_OTHERWISE(fact)),
  unnumbered: ({ at, table, index }) => ({
    what: `fills the full-text index ${index}${inStatement(at)} without the numbers of the rows, which it then counts from 1: a search answers with other rows of ${table}`,
    fix: `Let it read them itself: \`${refill(index)};\`, or name \`rowid\` in the INSERT as well`,
  }),
}

/** Triggers that keep the index name its columns, which are others then. */
function anewWithTriggers({ at, index }: IndexMisfit, step: ReplayedStep): string {
  const keeping = [...(at.direction === 'up' ? step.after : step.before).values()].flatMap(
    ({ type, name, sql }) => (type === 'trigger' && mentions(sql, index) ? [sqlName(name)] : []),
  )
  const [drops, creations] = ['DROP', 'CREATE'].map((verb) =>
    keeping.map((name) => ` ${verb} TRIGGER ${name}${verb === 'DROP' ? '' : ' …'};`).join(''),
  )
  const anew = `DROP TABLE ${sqlName(index)}; CREATE VIRTUAL TABLE ${sqlName(index)} …; ${refill(index)};`
  return keeping.length === 0
    ? `Drop the index, and create and fill it anew over what there is then: \`${anew}\``
    : `Drop the index and the triggers that keep it, create and fill it anew over what there is then, and make the triggers again with the columns that it has then: \`${drops} ${anew}${creations}\``.replace(
        '` ',
        '`',
      )
}

const remedyOf = ({ at, table, index }: IndexMisfit): string =>
  byRowids(at, table, `make the index anew behind it: \`${refill(index)};\``)

const byRowids = (at: IndexMisfit['at'], table: string, anew: string): string =>
  /^vacuum/i.test(at.statement ?? '')
    ? `Give ${table} an INTEGER PRIMARY KEY, or ${anew}`
    : `Copy \`rowid\` as well (\`INSERT INTO … (rowid, …) SELECT rowid, …\`), use \`ctx.rebuild\`, or ${anew}`
