// A migration removes rows without saying so.
import { groupedBy } from '../../../src/model/collected.js'
import { listed } from '../../diagnostics/listed.js'
import {
  describeRow,
  sideName,
  ignoreComment,
  inStatement,
  rowCount,
} from '../wording/describe-step.js'
import {
  conflictIn,
  explainAside,
  explainCopied,
  explainMerging,
  explainUnnamed,
  leavesOut,
  type Explanation,
} from '../wording/left-out-rows.js'
import { explainEmptied } from '../wording/explain-emptied.js'
import { explainGroups } from '../wording/explain-duplicates.js'
import { FIX_MERGED, whyMerged } from '../wording/explain-merge.js'
import { conflictsReplace } from '../../sql/conflicts-replace.js'
import { columnSubject } from '../subject/finding-subject.js'
import { asideOf } from '../subject/set-aside.js'
import { unknownCopies } from '../changes/copies-unknown.js'
import { emptiedIndexes, type EmptiedIndex } from '../changes/emptied-indexes.js'
import { statementPlace, stepPosition } from '../subject/place.js'
import { factsIn, type FactOf } from '../subject/facts.js'
import type { Finding, ReplayedStep, Rule, Subject } from '../subject/rule.js'
import { namesIn } from '../../sql/names-in.js'
import { readStatement } from '../../sql/read-statement.js'
import type { Statement } from '../../sql/statement.js'
import { sqlName, sqlNames } from '../../sql/sql-name.js'
import { foldCase, isSameName, plainName } from '../../../src/sql/names.js'
import { columnOf } from '../../model/in-catalog.js'

type RowsLost = FactOf<'rows-lost'>

/**
 * Rows that no DELETE was seen to remove from their table, and those of a full-text index or R-Tree that is recreated and left
 * empty; a warning if a DELETE of duplicates removes rows that are not, or leaves none of those that are, or if one of rows that
 * were copied before names other values. Rows that are lost with a duplicate of what they refer to count, too; a warning if a
 * DELETE names them. Rows that are deleted before the statement meant for them count as well. The tables whose rows are lost with
 * the rows of one other table, by ON DELETE CASCADE, share one finding: the cause is one statement.
 */
export const rowsLost: Rule = {
  code: 'ROWS_LOST',
  severity: 'error',
  override: 'acknowledged',
  stage: 'replay',
  *check(subject) {
    for (const step of subject.replay?.steps ?? []) {
      for (const facts of byCause(factsIn(step, 'rows-lost'))) yield judge(facts, step, subject)
      for (const emptied of emptiedIndexes(step)) yield judgeIndex(emptied, step)
    }
  },
}

function byCause(facts: readonly RowsLost[]): RowsLost[][] {
  const groups = groupedBy(facts, ({ at, through, table, by }) => {
    const { direction, script, offset } = at
    const cause = through === null ? ['', table, by === 'conflict'] : [through, script, offset]
    return JSON.stringify([direction, ...cause])
  })
  return [...groups.values()]
}

function judge(facts: readonly RowsLost[], step: ReplayedStep, around: Subject): Finding {
  const [fact] = facts as [RowsLost, ...RowsLost[]]
  const at = stepPosition(fact.at, step.migration, around.settings.root)
  const losses = listed(
    facts.map(({ table, before, after }) =>
      after === 0
        ? `all ${rowCount(before)} of ${table}`
        : `${before - after} of ${rowCount(before)} of ${table}`,
    ),
  )
  const isUp = fact.at.direction === 'up'
  const unknown = isUp ? unknownCopies({ table: fact.table }, step, around) : null
  const { why, fix, merges, isMeant } =
    fact.through === null ? explain(fact, step) : cascade(fact.through, facts)
  const subject =
    fact.by === 'conflict' && fact.column !== undefined
      ? columnSubject(fact.table, fact.column)
      : sqlName(fact.through ?? fact.table)
  return {
    at,
    subject,
    message: `${sideName(step.version, fact.at.direction, at)} ${merges ? `merges ${losses} into others` : `loses ${losses}`}${inStatement(fact.at)}: ${why}.${facts.length > 1 || !fact.row ? '' : ` Lost, for example: ${describeRow(fact.row)}.`}${unknown?.why ?? ''}`,
    fix: `${unknown?.fix ?? ''}${fix}. If they are meant to go, say why: ${ignoreComment('ROWS_LOST', step.migration, subject)}.`,
    ...(isMeant ? { severity: 'info' } : isPerhapsMeant(fact) && { severity: 'warning' }),
  }
}

/** Rows that are deleted by name, where hardly anybody intends it. */
const isPerhapsMeant = ({ by, at, table }: RowsLost): boolean =>
  PERHAPS.has(by) ||
  ((by === 'merged' || by === 'taken') && isDeleteOf(readStatement(at.statement ?? ''), table))

const PERHAPS = new Set<RowsLost['by']>(['nulls', 'unnamed', 'wholly', 'along', 'unindexed'])

const isDeleteOf = (shape: Statement, table: string): boolean =>
  shape.kind === 'delete' && isSameName(plainName(shape.table.key), table)

function judgeIndex(emptied: EmptiedIndex, step: ReplayedStep): Finding {
  const { before, statement } = emptied
  const at = statementPlace(statement)
  const subject = sqlName(before.name)
  const { why, fix } = explainEmptied(emptied, step)
  return {
    at,
    subject,
    message: `${sideName(step.version, statement.direction, at)} ${why}.`,
    fix: `${fix}. If they are meant to go, or the application recreates them, say why: ${ignoreComment('ROWS_LOST', step.migration, subject)}.`,
  }
}

function cascade(through: string, facts: readonly RowsLost[]): Explanation {
  const tables = listed(facts.map(({ table }) => table))
  return {
    why: `removing ${through} or its rows also deletes the rows of ${tables}, by ON DELETE CASCADE, and reports success`,
    fix: `Run the step without enforced foreign keys, which is the default, or keep the rows of ${through}; \`ctx.rebuild\` replaces a table without touching others`,
  }
}

/** Whether a statement inserts into a table, or updates it. */
const changesTable = (shape: Statement, table: string): boolean =>
  'conflict' in shape && isSameName(plainName(shape.table.key), table)

function explain(fact: RowsLost, step: ReplayedStep): Explanation {
  const { at, table, by } = fact
  const known =
    explainBesides(fact) ??
    explainElsewhere(fact, step) ??
    (by === 'filter' ? null : explainConflict(fact, step))
  if (known) return known
  const sql = at.statement ?? ''
  const name = sqlName(table)
  const shape = readStatement(sql)
  const grouped = explainGroups(fact, step)
  if (grouped) return grouped
  if (by === 'refilled')
    return {
      why: 'DELETE removes all of them, and not all are put back',
      fix: `Save all rows, and put all of them back. Delete unwanted rows in a separate statement: \`DELETE FROM ${name} WHERE …\``,
    }
  if (by === 'older')
    return {
      why: 'the table that replaces it existed before, and does not have them',
      fix: `Copy what it lacks, \`INSERT INTO … SELECT … FROM ${name}\`, before the old table is dropped`,
    }
  const aside = asideOf(table, step, at.direction)
  const special = explainMerging(sql, { shape, table, aside, by }) ?? explainView(fact, step)
  if (special) return special
  if ('selects' in shape && shape.selects.length > 0 && leavesOut(sql))
    return {
      why: `the rows that its SELECT leaves out are not copied, and ${staysOrGoes(aside)}`,
      fix: `${howToCopyAll(sql, table, step)}. Delete unwanted rows in a separate statement: \`DELETE FROM ${name} WHERE …\`${orSeeds(fact)}`,
    }
  return explainUnnamed(fact)
}

function howToCopyAll(sql: string, table: string, { acts }: ReplayedStep): string {
  const copies = acts.up.filter((act) => act.kind === 'copy' && act.from === foldCase(table))
  if (copies.length > 1)
    return 'Copy the rest as well, with one more INSERT for what none of these takes'
  const isAbsent = /\bnot\s+(?:exists|in)\b/i.test(sql)
  return `${isAbsent ? 'Give existing rows what they lack with an UPDATE, or copy' : 'Copy'} all rows, with LEFT JOIN instead of JOIN and without WHERE`
}

/** If a JOIN finds hardly any rows, perhaps only the application fills the compared columns consistently. */
const orSeeds = ({ at, before, after }: RowsLost): string =>
  after * 2 > before || !/\bjoin\b/i.test(at.statement ?? '')
    ? ''
    : '. If it does find those of a real application, give some that belong together as `seeds`, so that the rest of the step is tried on them'

/** What becomes of rows that were not copied. */
const staysOrGoes = (aside: string | null): string =>
  aside === null ? 'are lost with the old table' : `are only in ${aside}`

/** If another table has the rows, or had them; null if there is none. */
function explainElsewhere(fact: RowsLost, step: ReplayedStep): Explanation | null {
  const { table, merged, by, source } = fact
  if (merged !== undefined) return { why: whyMerged(table, merged), fix: FIX_MERGED }
  if (source !== undefined && by === 'another')
    return {
      why: `what replaces it is filled with rows of ${source}, and none of ${table}`,
      fix: `Copy its own rows, \`INSERT INTO … SELECT … FROM ${sqlName(table)}\`, before the old table is dropped`,
    }
  if (source !== undefined && by === 'along')
    return {
      why: `they are deleted by ON DELETE CASCADE: ${source} has a copy of the rows that it deletes, but no table has a copy of these`,
      fix: `First copy the rows of ${table} into a table for them`,
    }
  if (source !== undefined && by === 'unjoined')
    return {
      why: `the copy to ${source} takes only the rows that its JOIN finds a match for, but the DELETE takes the others as well`,
      fix: `Copy them with LEFT JOIN, or delete what was copied: \`DELETE FROM ${sqlName(table)} WHERE … IN (SELECT … FROM ${sqlName(source)})\``,
    }
  if (source !== undefined && (by === 'apart' || by === 'unnamed'))
    return {
      why: `the DELETE takes rows that no copy has, because its condition is ${by === 'apart' ? 'not that of the copy' : 'true of rows that the copy does not ask for'}`,
      fix: `Use the same condition in both, or delete what was copied: \`DELETE FROM ${sqlName(table)} WHERE … IN (SELECT … FROM ${sqlName(source)})\``,
    }
  return source !== undefined && (by === 'forsaken' || by === 'left')
    ? explainForsaken({ table, by, source }, step)
    : null
}

/** If an earlier version copied the others, or an index had them. */
const explainBesides = (fact: RowsLost): Explanation | null =>
  fact.by === 'unindexed' && fact.source !== undefined
    ? {
        why: `it had them, they are still in ${fact.source}, but it is filled again without them, so searches do not find them`,
        fix: `Fill it from all rows of ${fact.source}; if only some are meant to be found, use the same condition in the triggers that add rows`,
      }
    : explainCopied(fact)

/** If `up` has moved the rows, and `down` does not move them back. */
function explainForsaken(
  { table, by, source }: Pick<RowsLost, 'table' | 'by'> & { readonly source: string },
  { before, after }: ReplayedStep,
): Explanation {
  const [old, other] = [before.get(keyOf(table)), after.get(keyOf(source))]
  const all = old?.type === 'table' ? old.columns : []
  const names = all.flatMap(({ name, generated, hidden }) => (generated || hidden ? [] : [name]))
  const hasAll = other?.type === 'table' && names.every((name) => columnOf(other, name))
  const columns = hasAll && names.length > 0 ? sqlNames(names) : '…'
  return {
    why:
      by === 'left'
        ? `\`up\` moved them to ${source}, and it recreates the table without moving them back`
        : `it drops ${source}, to which \`up\` moved them, without moving them back`,
    fix: `Move them back${by === 'left' ? '' : ' first'}, as in \`INSERT INTO ${sqlName(table)} (${columns}) SELECT ${columns} FROM ${sqlName(source)}\``,
  }
}

const keyOf = (table: string): string => `table ${foldCase(table)}`

/** If the copy reads a view, and leaves nothing out itself; null if it does not. */
function explainView({ at, table }: RowsLost, step: ReplayedStep): Explanation | null {
  const { before } = step
  const sql = at.statement ?? ''
  if (leavesOut(sql)) return null
  const view = [...namesIn(sql)].find((one) => before.has(`view ${one}`))
  if (view === undefined) return null
  const name = sqlName(table)
  return {
    why: `the rows that the view ${view} leaves out are not copied, and ${staysOrGoes(asideOf(table, step, at.direction))}`,
    fix: `Copy from ${name} itself. Delete unwanted rows in a separate statement: \`DELETE FROM ${name} WHERE …\``,
  }
}

/** If the statement, or the table, drops conflicting rows; null if neither does. */
function explainConflict(
  { at, table, by, aside }: RowsLost,
  { before }: ReplayedStep,
): Explanation | null {
  const sql = at.statement ?? ''
  const name = sqlName(table)
  const shape = readStatement(sql)
  const conflict = conflictIn(shape, sql)
  const both = by === undefined && 'selects' in shape && leavesOut(sql)
  if (aside !== undefined && !both && /IGNORE|NOTHING/.test(conflict))
    return explainAside(conflict, aside)
  if (conflict)
    return {
      why: `${both ? 'its SELECT may leave rows out, and ' : ''}${conflict} drops conflicting rows without an error`,
      fix: `${conflict === 'REPLACE' ? 'Write INSERT instead of REPLACE' : `Leave out ${conflict}`}, and resolve conflicts in a separate statement, such as \`DELETE FROM ${name} WHERE …\``,
    }
  if (changesTable(shape, table) && conflictsReplace(before.get(keyOf(table))?.sql ?? ''))
    return {
      why: 'the table says ON CONFLICT REPLACE, which drops conflicting rows without an error',
      fix: `Write OR ABORT into the statement, and resolve conflicts in a separate statement, such as \`DELETE FROM ${name} WHERE …\``,
    }
  return null
}
