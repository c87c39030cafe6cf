// Errors about correcting the ledger by hand. Nothing was changed in any of these cases.
import { versionId } from '../model/version.js'
import {
  COMMITTED,
  NOTHING_CHANGED,
  ROLLED_BACK,
  RUN_AGAIN,
  TRANSACTION_CHANGED,
  UNDO_COMMITTED,
  undoByHand,
  type Where,
} from '../model/told-step.js'
import type { LedgerRow } from '../model/ledger.js'
import type { Direction } from '../model/report.js'
import type { Losses } from '../model/losses.js'
import type { Cause } from './lockstep-error.js'

/** Marking this version would leave an inconsistent ledger. */
export const markRefused = (
  version: number,
  as: 'applied' | 'pending',
  reason: string,
  fix: string,
): Cause => ({
  code: 'MARK_REFUSED',
  message: `Version ${versionId(version)} was not marked as ${as}: ${reason}. Nothing was changed.`,
  fix,
  facts: { version, as },
})

/**
 * What would be written is not what was shown and confirmed: the database or the code has changed since. Or a number of steps was
 * requested, counted from where the database was, and another run has been here since.
 */
export const ledgerMoved = (steps?: { readonly now: number; readonly known: number }): Cause => ({
  code: 'LEDGER_MOVED',
  message: steps
    ? `The database is at ${versionId(steps.now)} but was at ${versionId(steps.known)} when the steps were counted: another run has changed it, and continuing would do more than was asked for.`
    : 'What would be written now is not what was confirmed: the ledger, the schema or the registry has changed since.',
  state: NOTHING_CHANGED,
  fix: steps ? 'Check the status, and run again.' : 'Run again, and check the new plan.',
})

/** The result of the search for the applied code, and what can be done without it. */
export interface SearchedFor {
  /** Found, but cannot be loaded. */
  readonly unusable: readonly {
    readonly version: number
    readonly source: string
    readonly reason: string
  }[]
  /** Whether records are ignored because `CI` is set. */
  readonly isUnbelieved: boolean
  /** The command that undoes it with the current `down` of the code, and its effect; null if there is none. */
  readonly redo: string | null
}

/** The applied code cannot be found, and the current code has a different migration under its number, or none. */
export const downUnknown = (
  rows: readonly Pick<LedgerRow, 'version' | 'name'>[],
  { unusable, isUnbelieved, redo }: SearchedFor,
): Cause => ({
  code: 'DOWN_UNKNOWN',
  message: `Lockstep cannot tell how to undo ${rows.map(({ version, name }) => `${versionId(version)} (${name})`).join(', ')} as applied: the code does not have it, and ${isUnbelieved ? 'with `CI` set no record is trusted, and no commit of this clone has it' : `neither a record nor a commit of this clone has it`}${unusable.length > 0 ? ' in a form that can be loaded:' : '. Nothing was changed.'}`,
  ...(unusable.length > 0 && {
    lines: unusable.map(
      ({ version, source, reason }) =>
        `  ${versionId(version)}  ${source} cannot be loaded: ${reason}`,
    ),
    state: NOTHING_CHANGED,
  }),
  fix: [
    unusable.length > 0
      ? 'Restore the files that it loads until it is undone; or restore a backup.'
      : isUnbelieved
        ? 'Undo it without `CI`, if nobody else can have written the records; or fetch the commit that has it; or restore a backup.'
        : 'Check out the code that has it, run `lockstep gen` there, which keeps a record, and then undo it; or restore a backup.',
    `On a development database: ${redo === null ? '' : `${redo}, and asks before it uses the current down; or `}${undoByHand(rows.at(-1)?.version ?? 0)}.`,
  ].join(' '),
  facts: { versions: rows.map(({ version }) => version) },
})

/** The schema does not match the edited migrations: with their checksums the ledger would misstate what was applied. */
export const repairSchemaDiffers = (
  lines: readonly string[],
  {
    commands,
    ...facts
  }: {
    readonly differences: readonly object[]
    readonly newestOnly: boolean
    /** The commands that bring a development database to the current code. */
    readonly commands: string
  },
): Cause => ({
  code: 'REPAIR_SCHEMA_DIFFERS',
  message:
    'The schema is not what the migrations now produce, so the ledger would claim what was never applied:',
  lines: lines.map((line) => `  ${line}`),
  state: NOTHING_CHANGED,
  fix: `Restore the edited migrations as they were applied, and put the change into a new one. To bring a development database in line with the code, run ${commands}. If the schema may stay as it is, run \`lockstep repair --force --reason "<why>"\`; \`lockstep verify\` will keep reporting the differences.`,
  facts,
})

/** It is unknown what schema the edited migrations produce. */
export const repairUnproven = (): Cause => ({
  code: 'REPAIR_UNPROVEN',
  message:
    'Lockstep cannot tell whether the schema is what the migrations now produce: they could not be replayed here, and the registry has no digests of the schema.',
  state: NOTHING_CHANGED,
  fix: 'Run `lockstep gen` without `--no-replay`, and repair again; or accept them without proof with `lockstep repair --force --reason "<why>"`.',
})

/** The edited migrations may write rows, or the applied versions may have. */
export const repairReasonMissing = (
  rows: readonly { readonly version: number; readonly name: string }[],
): Cause => ({
  code: 'REPAIR_REASON_MISSING',
  message: `The schema is as it should be, but it does not show the rows, and ${rows.map(({ version, name }) => `${versionId(version)} (${name})`).join(', ')} may write or remove rows, or may have done so when applied.`,
  state: NOTHING_CHANGED,
  fix: 'Check the rows. If they are as they should be, say why: `lockstep repair --reason "<why>"`. Otherwise put what is missing into a new migration, and restore the edited one as it was applied.',
  facts: { versions: rows.map(({ version }) => version) },
})

interface Marked {
  readonly name: string
  readonly begun: Direction | null
  /** Whether the code has a different migration than when it was marked as pending. */
  readonly isOther: boolean
}

/** A step may write rows, and the schema does not show whether they exist: whoever records it has to say how they know. */
export const markReasonMissing = (version: number, { name, begun, isOther }: Marked): Cause => ({
  code: 'MARK_REASON_MISSING',
  message: isOther
    ? `${versionId(version)} (${name}) has changed since it was marked as pending, and the schema does not show which rows it wrote.`
    : `${versionId(version)} (${name}) ${begun ? 'did not finish, and ' : ''}may write or remove rows: the schema does not show whether ${begun ? 'it got to all of them' : 'it did'}.`,
  state: NOTHING_CHANGED,
  fix: `Check the rows. If they are as the migration leaves them, say how you know: \`lockstep mark ${versionId(version)} --applied --reason "<why>"\`. Otherwise finish it by hand first, or undo it.`,
  facts: { version },
})

/** A change of the ledger was not confirmed. */
export const editUnconfirmed = (reason: string | null): Cause => ({
  code: 'EDIT_UNCONFIRMED',
  message: `The ledger was not changed: ${reason ?? 'you declined'}.`,
  fix:
    reason === null
      ? 'Run it again if you change your mind.'
      : 'Run it in a terminal, where it shows what would be written before it asks; or confirm it with --yes.',
})

/** A mirror could not be written. */
export const mirrorFailed = (
  place: string,
  reason: string,
  facts: Readonly<Record<string, unknown>> = {},
): Cause => ({
  code: 'MIRROR_FAILED',
  message: `The schema version could not be copied into ${place}: ${reason}.`,
  state: reason === TRANSACTION_CHANGED ? COMMITTED : NOTHING_CHANGED,
  ofStep: reason === TRANSACTION_CHANGED ? COMMITTED : ROLLED_BACK,
  fix: 'Fix the mirror, or remove it.',
  next: reason === TRANSACTION_CHANGED ? UNDO_COMMITTED : RUN_AGAIN,
  facts,
})

/**
 * A rollback loses rows or values, or it cannot be determined whether it does, and that was not confirmed, or was declined: then
 * without lines.
 */
export const rollbackUnconfirmed = (
  { losses, untold }: { readonly losses: Losses; readonly untold: readonly string[] },
  lines: readonly string[],
  where?: Where | 'from here on',
): Cause => ({
  code: 'ROLLBACK_UNCONFIRMED',
  message: `${unless(where)} undone${lines.length > 0 ? ', because this has to be confirmed first:' : ': you declined.'}`,
  lines: lines.map((line) => `  ${line}`),
  ...(where === undefined && { state: NOTHING_CHANGED }),
  ...(typeof where === 'object' && { where }),
  // If it cannot be determined beforehand, it is refused before the step.
  ...(untold.length > 0 && { ofStep: 'None of it was done.' }),
  fix:
    lines.length > 0
      ? 'Run it in a terminal, where it asks; or confirm it with --yes, after `lockstep backup` if in doubt.'
      : 'Run it again when the data may go; `lockstep backup` makes a copy first.',
  next: '',
  facts: { losses, untold },
})

function unless(where?: Where | 'from here on'): string {
  if (typeof where === 'object')
    return `Migration ${versionId(where.version)} (${where.name}) was not`
  return where ? 'Nothing more was' : 'Nothing was'
}
