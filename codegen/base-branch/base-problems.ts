// Problems of a branch with the migrations of its base branch. One function per code; its doc comment is the code's meaning.
import { posix } from 'node:path'
import { versionId } from '../../src/model/version.js'
import type { Diagnostic, Position } from '../model/diagnostic.js'
import { firstOf } from '../diagnostics/listed.js'
import { problem, withSeverity } from '../diagnostics/problem.js'
import { copyCommand, placeOf, restoreCommand, type Origin } from '../git/restore-command.js'

/** A migration as these messages name it. */
export interface Named {
  readonly version: number
  readonly name: string
  /** Its file, as printed. */
  readonly file: string
}

/** A new migration. */
export interface Own extends Named {
  /** Whether its file also holds released migrations. */
  readonly in: 'own' | 'shared'
}

/** The base branch, and how to restore files from the commit where this branch left it. */
export interface BaseName extends Origin {
  readonly ref: string
  /** The name of the database if there are several; otherwise null. */
  readonly database: string | null
}

/** Why a migration does something else now although its own text is the same. */
export type Through =
  | { readonly helpers: readonly string[] }
  | {
      /** Changed files other than migrations and helpers, as printed; if empty, a package has changed. */
      readonly changed: readonly string[]
      readonly packages: readonly string[]
    }

/** A migration of the base branch does something else here: it was edited, or something that it uses or imports has changed. */
export const baseEdited = (
  at: Position,
  base: BaseName,
  before: Named,
  through: Through | null,
): Diagnostic =>
  problem('BASE_EDITED', at, {
    message:
      through && 'changed' in through
        ? `${at.file}: migration ${shown(before)} makes a different schema than on ${base.ref}, although its own text is the same: ` +
          `it imports ${firstOf(through.changed.length > 0 ? through.changed : through.packages)}, which no checksum covers and which must have changed. ` +
          'Databases that have applied it never get the change, so their schema differs from that of new databases.'
        : `${at.file}: migration ${shown(before)} does something other than on ${base.ref}` +
          `${through ? ', although its own text is the same: a `_*` file that it uses has changed' : ''}. ` +
          'Databases that have applied it never get the change, and refuse to start because their history differs.',
    fix:
      through && 'changed' in through
        ? `${freeze(base, before, through.changed)}, and have the migration import that: the path of an import is not part of the checksum. ` +
          'Then run `lockstep gen`, and make the change in a new migration.'
        : `${putBack(base, through?.helpers ?? [before.file])}, and make the change in a new migration.`,
  })

/** The `down` of a migration of the base branch does something else here. */
export const baseDownChanged = (at: Position, base: BaseName, before: Named): Diagnostic =>
  withSeverity(
    'warning',
    problem('BASE_DOWN_CHANGED', at, {
      message:
        `${at.file}: the \`down\` of migration ${shown(before)} is not what it is on ${base.ref}. ` +
        'Databases that have applied it will be rolled back in the new way, and `status` reports the difference.',
      fix: `Keep it if the old \`down\` was wrong; otherwise put it back with ${restoreCommand(base, [before.file])}.`,
    }),
  )

/** A migration of the base branch has another name here. */
export const baseRenamed = (
  at: Position,
  base: BaseName,
  before: Named,
  name: string,
): Diagnostic =>
  problem('BASE_RENAMED', at, {
    message:
      `${at.file}: migration ${shown(before)} of ${base.ref} is called ${name} here. ` +
      'The ledgers of databases that have applied it keep the old name, and every `status` reports the difference.',
    fix: `Give it its name back: ${placeOf(base, before.file)}.`,
  })

/** A migration of the base branch has another number here. */
export const baseRenumbered = (
  at: Position,
  base: BaseName,
  before: Named,
  version: number,
): Diagnostic =>
  problem('BASE_RENUMBERED', at, {
    message:
      `${at.file}: migration ${shown(before)} of ${base.ref} has the number ${versionId(version)} here. ` +
      'Databases that have applied it would apply it a second time, or refuse to start.',
    fix:
      `Give it its number back: ${placeOf(base, before.file)}. If numbers collide, the new migration moves: ` +
      `${renumberCommand(base)}.`,
  })

/** A migration of the base branch is missing here. */
export const baseDeleted = (
  at: Position,
  base: BaseName,
  before: Named,
  instead: string | null,
): Diagnostic =>
  problem('BASE_DELETED', at, {
    message:
      `${before.file}: migration ${shown(before)} is on ${base.ref} but not here` +
      `${instead === null ? '' : `; ${instead} has its number`}. ` +
      'Databases that have applied it refuse to start, because the code does not know it.',
    fix: `${putBack(base, [before.file])}, and undo what it does in a new migration.`,
  })

/** A new migration has a number that belongs to another one on the base branch. */
export const baseNumberTaken = (at: Position, base: BaseName, own: Own, taken: Named): Diagnostic =>
  problem('BASE_NUMBER_TAKEN', at, {
    message:
      `${own.file}: the number ${versionId(own.version)} belongs to ${taken.name} on ${base.ref} (${taken.file}). ` +
      'Git merges the two files without a conflict, but only one migration can have a number.',
    fix: renumberFix(base, own),
  })

/** A new migration has a number below the last one of the base branch. */
export const baseNumberPassed = (
  at: Position,
  base: BaseName,
  own: Own,
  last: number,
): Diagnostic =>
  problem('BASE_NUMBER_PASSED', at, {
    message:
      `${own.file}: the number ${versionId(own.version)} comes before ${versionId(last)}, the last one of ${base.ref}. ` +
      'Databases that have applied the later ones would have a gap there, and refuse to start.',
    fix: renumberFix(base, own),
  })

/** The migrations before a new one are only on the base branch: it was numbered after them, but they are not merged yet. */
export const baseNotMerged = (
  at: Position,
  base: BaseName,
  missing: readonly string[],
): Diagnostic =>
  problem('BASE_NOT_MERGED', at, {
    message:
      `${at.file} comes after migrations that ${base.ref} has and this branch does not: ${missing.join(', ')}. ` +
      'Until they are here, the history of this branch has a gap, and nothing can be generated from it.',
    fix: `Merge or rebase ${base.ref}, then run \`lockstep gen\`.`,
  })

/** The base branch has dropped the migration before a new one since this branch left it. */
export const baseDropped = (at: Position, base: BaseName, dropped: readonly string[]): Diagnostic =>
  problem('BASE_DROPPED', at, {
    message:
      `${at.file} comes after ${dropped.join(', ')}, which ${base.ref} had when this branch left it and has dropped since. ` +
      'Git merges that without a conflict, but then the history has a gap, and nothing can be generated from it.',
    fix: `Merge or rebase ${base.ref}, then move the new one down: ${renumberCommand(base)}.`,
  })

/** The migrations are in another folder on the base branch: they were moved, and are compared with those there. */
export const baseFolderMoved = (at: Position, base: BaseName, former: string): Diagnostic =>
  withSeverity(
    'info',
    problem('BASE_FOLDER_MOVED', at, {
      message: `The migrations are in ${at.file} now, and in ${former} on ${base.ref}; they were compared with those.`,
      fix: 'Nothing needs to be done if the folder was meant to move: the path is not part of a migration.',
    }),
  )

/** The base branch does not use Lockstep yet: the files in the folder there are not migrations of Lockstep. */
export const baseIntroduced = (
  at: Position,
  { ref }: BaseName,
  foreign: readonly string[],
): Diagnostic =>
  withSeverity(
    'info',
    problem('BASE_INTRODUCED', at, {
      message:
        `${ref} does not use Lockstep yet: it has neither a registry nor a configuration, so the files there that are named like migrations (${firstOf(foreign)}) belong to another tool, ` +
        'and all migrations here are new.',
      fix: 'Nothing needs to be done. Databases that the other tool has migrated are adopted with `lockstep adopt`.',
    }),
  )

function freeze(base: BaseName, { version }: Named, [first]: readonly string[]): string {
  if (first === undefined)
    return 'Put what it needs, as it was, into a separate file that nobody changes, outside the migrations folder'
  const { dir, name, ext } = posix.parse(first)
  const to = posix.join(dir, `${name}-${versionId(version)}${ext}`)
  return `Put a copy of ${first} as it was into a separate file that nobody changes, with ${copyCommand(base, first, to)}`
}

const shown = ({ version, name }: Named): string => `${versionId(version)} (${name})`

const putBack = (base: BaseName, files: readonly string[]): string =>
  files.length === 0
    ? 'Put that file back as it was'
    : `Put ${files.map((file) => placeOf(base, file)).join(' and ')} back with ${restoreCommand(base, files)}`

/** The command that renumbers; with several databases it names the one. */
const renumberCommand = ({ ref, database }: BaseName): string =>
  `\`lockstep renumber --base ${ref}${database === null ? '' : ` --name ${database}`}\``

/** How to give a new migration the next free number; a file that also holds released migrations keeps its name. */
const renumberFix = (base: BaseName, own: Own): string =>
  own.in === 'own'
    ? `Give the new one the next free number: ${renumberCommand(base)}.`
    : `${own.file} holds released migrations as well, which keep their numbers: give it the name that it has on ${base.ref}, ` +
      `and move the new one into a file of its own. Then ${renumberCommand(base)} gives that the next free number.`
