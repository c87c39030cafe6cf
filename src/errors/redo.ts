// What can keep a migration from being done again. Nothing was changed in any of these cases.
import { NOTHING_CHANGED, type Where } from '../model/told-step.js'
import type { SchemaDifference } from '../model/verification.js'
import { versionId } from '../model/version.js'
import type { Cause } from './lockstep-error.js'

/** What a redo would take along, and what nobody knows. */
export interface RedoLosses {
  /** The rows that are not there when everything is undone and applied again, by table. */
  readonly rows: readonly { readonly table: string; readonly rows: number }[]
  /** The columns that are gone then, or hold something else. */
  readonly columns: readonly { readonly table: string; readonly column: string }[]
  /** Objects that neither the registry nor a record knows, where one of the steps has no record: they may be what it made. */
  readonly unknown: readonly string[]
  /** Objects that no migration has made, and that are gone: an index by hand goes with its table. */
  readonly objects: readonly string[]
  /** The steps that are undone with another `down` than that of what was applied, because that is not known. */
  readonly guessed: readonly { readonly version: number; readonly name: string }[]
}

/** The migration cannot be undone and applied again in one transaction, or must not be. */
export const redoRefused = (
  { version, name }: { readonly version: number; readonly name: string },
  reason: string,
  fix: string,
): Cause => ({
  code: 'REDO_REFUSED',
  message: `Migration ${versionId(version)} (${name}) was not redone: ${reason}.`,
  state: NOTHING_CHANGED,
  fix,
  facts: { version, name },
})

/** The registry has no digests of the schema, so it cannot be told whether everything was undone. */
export const redoUnproven = (where: Where): Cause => ({
  code: 'REDO_UNPROVEN',
  message: `The registry does not say what the schema is before ${versionId(where.version)} (${where.name}), so nobody could tell whether everything was undone.`,
  state: NOTHING_CHANGED,
  ofStep: NOTHING_CHANGED,
  fix: 'Run `lockstep gen` without `--no-replay`.',
  next: '',
  where,
})

/** After undoing, the objects of the history are not those of the version before. */
export const redoDiffers = (
  where: Where,
  differences: readonly SchemaDifference[],
  lines: readonly string[],
): Cause => ({
  code: 'REDO_DIFFERS',
  message: `Nothing was redone: after undoing, the schema is not what it was before ${versionId(where.version)} (${where.name}):`,
  lines: lines.map((line) => `  ${line}`),
  state: NOTHING_CHANGED,
  ofStep: NOTHING_CHANGED,
  fix: 'Bring the schema to that version by hand with what the `down` forgets, after a backup, or let the `down` do it; where the data may go, `lockstep reset` and `lockstep migrate`.',
  next: '',
  where,
  facts: { differences },
})

/** Undoing takes rows or values along, or leaves what nobody knows, and that was not confirmed. */
export const redoUnconfirmed = (
  where: Where,
  losses: RedoLosses,
  lines: readonly string[],
): Cause => ({
  code: 'REDO_UNCONFIRMED',
  message: 'Nothing was redone, because this has to be confirmed first:',
  lines: lines.map((line) => `  ${line}`),
  state: NOTHING_CHANGED,
  ofStep: NOTHING_CHANGED,
  fix: 'Run it in a terminal, where it asks; or confirm it with --yes, after `lockstep backup` if in doubt.',
  next: '',
  where,
  facts: { losses },
})
