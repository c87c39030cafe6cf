// Errors about redoing a migration. Nothing was changed in any of these cases.
import type { Losses } from '../model/losses.js'
import { NOTHING_CHANGED, type Where } from '../model/told-step.js'
import type { SchemaDifference } from '../model/verification.js'
import { versionId } from '../model/version.js'
import type { Cause } from './lockstep-error.js'

/**
 * The migrations cannot be undone and applied again in one transaction, or must not be: one of them has shipped, runs outside a
 * transaction or touches the world outside the database (`effects`), or the code has nothing in its place. A migration that has
 * shipped is corrected by a new one. Other steps are undone and applied again by two commands, `lockstep rollback` and `lockstep
 * migrate`, if they were applied with a `down`; otherwise a development database is reset.
 */
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

/** The registry has no digests of the schema, so it cannot be determined whether everything was undone. */
export const redoUnproven = (where: Where): Cause => ({
  code: 'REDO_UNPROVEN',
  message: `The registry does not say what the schema is before ${versionId(where.version)} (${where.name}), so there would be no way to check that everything was undone.`,
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
  fix: 'Make a backup, and undo by hand what the `down` forgets, or make the `down` do it. If the data may go, run `lockstep reset` and `lockstep migrate`.',
  next: '',
  where,
  facts: { differences },
})

/** Undoing loses rows or values, or leaves unknown objects, and that was not confirmed, or was declined: then without lines. */
export const redoUnconfirmed = (
  where: Where | null,
  losses: Losses,
  lines: readonly string[],
  undone: Losses['unreplaced'] = [],
): Cause => ({
  code: 'REDO_UNCONFIRMED',
  message: `Nothing was redone${lines.length > 0 ? ', because this has to be confirmed first:' : ': you declined.'}`,
  lines: lines.map((line) => `  ${line}`),
  state: NOTHING_CHANGED,
  ofStep: NOTHING_CHANGED,
  fix:
    lines.length > 0
      ? 'Run it in a terminal, where it asks; or confirm it with --yes, after `lockstep backup` if in doubt.'
      : 'Run it again when the data may go; `lockstep backup` makes a copy first.',
  next: '',
  ...(where && { where }),
  facts: { losses, undone },
})
