// Problems of the schema, and of the file it is in: findings of gates and of verifying.
import type { GateStep } from '../model/gate.js'
import type { Problem } from '../model/report.js'
import {
  MAKE_AGAIN,
  NOTHING_CHANGED,
  COMMITTED,
  ROLLED_BACK,
  RUN_AGAIN,
  UNDO_COMMITTED,
} from '../model/told-step.js'
import { versionId } from '../model/version.js'
import type { Cause } from './lockstep-error.js'

/** Whether the step that a gate reports continues: `kept` with a warning, or `refused`. */
export type Verdict = 'kept' | 'refused'

const title = ({ direction, id, name, file }: GateStep): string =>
  `${direction === 'up' ? 'migration' : 'the down of migration'} ${id} (${name}) in ${file}`

/** For a refused step, `afterStep` says what is left. */
const outcome = (verdict: Verdict): string => (verdict === 'kept' ? 'It is kept anyway.' : '')

const list = (lines: readonly string[]): string[] => lines.map((line) => `  ${line}`)

/**
 * The schema has to be checked, and it is unknown what it should be: `digests` of the registry file were not passed; or what a
 * newer program has kept of these versions does not include it.
 */
export const schemaDigestsMissing = (newer: readonly number[] = []): Cause => ({
  code: 'SCHEMA_DIGESTS_MISSING',
  message:
    newer.length > 0
      ? `The schema cannot be checked: the database does not record the schema of ${newer.map(versionId).join(', ')}. The application that applied ${newer.length > 1 ? 'them' : 'it'} did not know it, or what it recorded is damaged.`
      : 'The schema cannot be checked: the schema of each version is unknown, because `digests` of the registry file were not passed.',
  state: NOTHING_CHANGED,
  ofStep: NOTHING_CHANGED,
  fix:
    newer.length > 0
      ? 'Undo it with the application that applied it.'
      : 'Import `digests` from the registry file as well, and pass it as an option: `{ digests }`, or to the gate alone: `schemaGate({ digests })`. A registry file without them was written by an older Lockstep or without replay; in that case, run `lockstep gen`.',
  next: '',
})

/**
 * What is known besides the differences: whether the step's `down` is kept in the database, and which `down`s do not restore what
 * was there.
 */
type Differing = Problem['facts'] & {
  readonly when?: 'before' | 'after'
  readonly of: 'code' | 'kept'
  readonly leaving?: readonly string[]
}

/**
 * After a step, objects of this history are not what its version produces; or, before a `down` that is not in the code, they are
 * not what it was written for.
 */
export const gateSchemaDiffers = (
  step: GateStep,
  verdict: Verdict,
  lines: readonly string[],
  { when = 'after', of, leaving = [], ...facts }: Differing,
): Cause => ({
  code: 'GATE_SCHEMA_DIFFERS',
  message:
    when === 'after'
      ? `After ${title(step)}, the schema is not what it should be:`
      : `Before ${title(step)}, which is kept in the database, the schema is not that of version ${step.id}, and what was changed might be lost with it:`,
  lines: list(lines),
  state: outcome(verdict),
  fix:
    of === 'kept'
      ? 'Undo it with the application that applied it, which can show column by column what was expected. The schema may have been changed by hand, or left like this by a `down` that is known not to restore it.'
      : `Run \`lockstep verify\`, which shows column by column what was expected. Find out who changed the schema, or what in the migration depends on the data${leaving.length > 0 ? `; or whether it was left like this by the \`down\` of ${leaving.join(', ')}, which is known not to restore it` : ''}.`,
  where: step,
  facts: { id: step.id, ...facts },
})

/** A step broke a view or a trigger: it no longer compiles. One that does not belong to the migrations never stops the step. */
export const gateObjectBroken = (
  step: GateStep,
  verdict: Verdict,
  broken: Readonly<Record<string, string>>,
  of: 'ours' | 'others' = 'ours',
): Cause => ({
  code: 'GATE_OBJECT_BROKEN',
  message: `After ${title(step)}, this no longer compiles, ${of === 'ours' ? 'and will fail when it is used' : 'which does not belong to the migrations but blocks writes to their tables'}:`,
  lines: list(Object.entries(broken).map(([object, reason]) => `${object}: ${reason}`)),
  state: outcome(verdict),
  fix:
    of === 'ours'
      ? 'In the migration, drop the view or trigger before changing what it refers to, and recreate it afterwards.'
      : 'Drop the trigger, or recreate it by hand so that it fits the current schema.',
  where: step,
  facts: { id: step.id, broken },
})

/** Objects vanished in a step that does not drop them by name, as indexes and triggers do when a table is rebuilt. */
export const gateObjectLost = (
  step: GateStep,
  verdict: Verdict,
  lost: readonly string[],
  of: 'ours' | 'others' = 'ours',
): Cause => ({
  code: 'GATE_OBJECT_LOST',
  message: `After ${title(step)}, objects are gone that it does not drop by name${of === 'ours' ? '' : ', and that do not belong to these migrations'}:`,
  lines: list(lost),
  state: outcome(verdict),
  fix:
    of === 'ours'
      ? MAKE_AGAIN
      : verdict === 'kept'
        ? 'Recreate them the way they were made, by code or by hand.'
        : step.direction === 'up'
          ? 'Rebuild the table with `ctx.rebuild` or `alter`, which keep them. Or drop them first where they were made, in another history or by hand, and recreate them afterwards.'
          : 'First undo what made them: another history, or a change by hand.',
  where: step,
  facts: { id: step.id, lost },
})

/** A gate ended the transaction of the step that it checks, or began one. */
export const gateTransaction = (step: GateStep): Cause => ({
  code: 'GATE_TRANSACTION',
  message: `A gate failed at ${title(step)}: it ended the transaction, or left one open. The step is not recorded.`,
  ofStep: COMMITTED,
  fix: 'Make the gate only read.',
  next: UNDO_COMMITTED,
  where: step,
  facts: { id: step.id },
})

/** A gate threw (before the first step if there is no `step`), or wrote what no migration may write. */
export const gateFailed = (
  step: GateStep | null,
  reason: string,
  how: 'threw' | 'wrote',
): Cause => ({
  code: 'GATE_FAILED',
  message: `A gate failed${step ? ` at ${title(step)}` : ''}: ${reason}.`,
  ...(step ? { ofStep: ROLLED_BACK } : { state: NOTHING_CHANGED }),
  fix: how === 'threw' ? 'See the cause of this error.' : 'Make the gate only read.',
  next: RUN_AGAIN,
  ...(step && { where: step, facts: { id: step.id } }),
})

/** Objects of this history are not what the applied version leads to. */
export const schemaDiffers = (
  version: number,
  lines: readonly string[],
  { edited, objects }: { readonly edited: boolean; readonly objects: readonly string[] },
): Cause => ({
  code: 'SCHEMA_DIFFERS',
  message: `The schema is not that of version ${versionId(version)}; ${lines.length === 1 ? 'one object differs' : `${lines.length} objects differ`}:`,
  lines: list(lines),
  state: 'Code that was written for that version may fail.',
  fix: edited
    ? 'A migration was changed after it was applied, which may be the reason: resolve that first, then run `lockstep verify` again.'
    : 'Find out who changed it, or whether a version was recorded with --force (`lockstep history`). Restore it by hand or from a backup; put what is to stay into a new migration.',
  facts: { version, objects },
})

/**
 * A view or a trigger does not compile: using it fails, and so does every schema change that touches it. One that does not belong
 * to the migrations is a warning, unless it blocks writes to their tables.
 */
export const schemaBroken = (
  object: string,
  reason: string,
  { foreign, writes }: { readonly foreign: boolean; readonly writes: readonly string[] },
): Cause => ({
  code: 'SCHEMA_BROKEN',
  message: `The ${object}${foreign ? ', which does not belong to these migrations,' : ''} does not compile: ${reason}.${everyWrite(writes)}`,
  fix: `${foreign ? 'Drop it, or recreate it by hand so that it fits' : 'Drop it, or recreate it in a migration'}. If a function is missing, the application defines it: open the database the same way, with \`open\` in the configuration.`,
  facts: { object, reason, foreign, writes },
})

const everyWrite = (writes: readonly string[]): string =>
  writes.length === 0 ? '' : ` Every ${writes.join(', and every ')} fails.`

/** SQLite's own check of the file finds damage, or rows that violate a constraint. */
export const integrityBroken = (findings: readonly string[]): Cause => ({
  code: 'INTEGRITY_BROKEN',
  message: `SQLite reports that the file is damaged, or that rows violate a constraint:`,
  lines: list(findings),
  state: 'Queries may fail or return wrong rows.',
  fix: "First copy the file, and its -wal if there is one: attempts to fix it may make it worse. Then check what is named above. If that is only an index, REINDEX rebuilds it; for a full-text index, here called search, use `INSERT INTO search (search) VALUES ('rebuild')`. Correct rows that violate a constraint by hand. Otherwise restore a backup.",
  facts: { findings },
})

/** A full-text index over the rows of another table reports that it does not match them, or cannot read them. */
export const integrityIndex = (
  index: string,
  table: string,
  remedy: string,
  { reason, empty = false }: { readonly reason?: string; readonly empty?: boolean } = {},
): Cause => ({
  code: 'INTEGRITY_INDEX',
  message: `The full-text index ${index} ${reason !== undefined ? `cannot read the rows of ${table} (${reason}): searches fail` : empty ? `holds none of the rows of ${table}: searches find nothing, and if triggers maintain it, changing such a row fails with "database disk image is malformed"` : `does not match the rows of ${table}: searches return wrong rows`}.`,
  fix:
    reason === undefined
      ? `Rebuild the index: \`${remedy}\`. If it leaves rows out on purpose, list it in \`ignoreTables\`.`
      : 'In a migration, drop it, then create and fill it again over the columns that exist.',
  facts: { index, table, ...(reason !== undefined && { reason }), ...(empty && { empty }) },
})

/** Rows refer to a parent that does not exist. */
export const foreignKeyOrphans = (
  table: string,
  columns: string,
  parent: string,
  rows: number,
): Cause => ({
  code: 'FOREIGN_KEY_ORPHANS',
  message: `In ${table}, ${rows === 1 ? 'one row has' : `${rows} rows have`} no parent in ${parent} (${columns}).`,
  fix: `List them with PRAGMA foreign_key_check(${table}); give them a parent, or delete them once they are backed up, ideally in a migration.`,
  facts: { table, columns, parent, rows },
})

/** A foreign key cannot be checked: its parent is missing, or the referenced columns are not unique. */
export const foreignKeyUncheckable = (table: string, reason: string): Cause => ({
  code: 'FOREIGN_KEY_UNCHECKABLE',
  message: `The foreign keys of ${table} cannot be checked: ${reason}.`,
  fix: 'In a migration, make each reference a primary key or columns with a unique index.',
  facts: { table, reason },
})
