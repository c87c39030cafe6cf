// Problems with the migrations folder and its files. One function per code; its doc comment is the code's meaning.
import type { Diagnostic } from '../model/diagnostic.js'
import { fileStart, problem } from '../diagnostics/problem.js'
import type { Leftovers } from '../project/renumbering-left.js'

/** The migrations folder does not exist. */
export const folderMissing = (folder: string, root: string): Diagnostic =>
  problem('FOLDER_MISSING', fileStart(folder), {
    message: `There is no migrations folder at ${folder} in the project ${root}.`,
    fix: 'Run `lockstep init` to create one, or run this in the project folder. To use another folder, name it with `--migrations <dir>` or in the configuration.',
  })

/** The migrations folder, or a folder of helpers in it, exists but cannot be listed. */
export const folderUnreadable = (folder: string, cause: unknown): Diagnostic =>
  problem('FOLDER_UNREADABLE', fileStart(folder), {
    message: `The folder ${folder} cannot be read: ${reason(cause)}.`,
    fix: 'Check that it is a folder and that this user may read it.',
  })

/** A folder inside the migrations folder; migrations in it would not be found. */
export const folderUnexpected = (folder: string, moves: readonly string[] = []): Diagnostic =>
  problem('FOLDER_UNEXPECTED', fileStart(folder), {
    message: `${folder} is a folder inside the migrations folder; migrations in it would never run.`,
    fix:
      moves.length > 0
        ? `Move its ${moves.join(', and its ')}. When that is done for all such folders, \`lockstep renumber\` numbers the files.`
        : 'Move its migrations up into the migrations folder, or begin its name with `_` if it holds helpers.',
  })

/** A file of the migrations folder that cannot be read from disk. */
export const fileUnreadable = (file: string, cause: unknown): Diagnostic =>
  problem('FILE_UNREADABLE', fileStart(file), {
    message: `${file} cannot be read: ${reason(cause)}.`,
    fix: 'Check that the file exists (a link may point nowhere) and that this user may read it.',
  })

/** A file is not in UTF-8, so its text, and the data that it inserts, would not be what was meant. */
export const fileEncoding = (file: string, is: 'text' | 'binary'): Diagnostic =>
  problem('FILE_ENCODING', fileStart(file), {
    message: is === 'text' ? `${file} is not encoded in UTF-8.` : `${file} is not a text file.`,
    fix:
      is === 'text'
        ? 'Save it as UTF-8; a byte order mark does no harm.'
        : 'Write its bytes as base64 in a helper (`_….ts`), and import that.',
  })

/** A file that is neither a migration nor anything else known to belong in the migrations folder. */
export const fileUnknown = (file: string): Diagnostic =>
  problem('FILE_UNKNOWN', fileStart(file), {
    message: `${file} is neither a migration nor anything else that belongs in the migrations folder.`,
    fix: 'Move it out of the folder, or begin its name with `_` if migrations use it.',
  })

/** A script or SQL file without a version in its name, so that it would never run. If other files import it, it is a helper. */
export const fileUnnumbered = (
  file: string,
  names: { readonly migration: string; readonly helper: string },
  importers: readonly string[],
): Diagnostic =>
  problem('FILE_UNNUMBERED', fileStart(file), {
    message: `${file} has no version in its name, so it is not a migration and would never run.${importedBy(importers)}`,
    fix:
      importers.length > 0
        ? `Rename it to ${names.helper}, and update its imports. If it is a migration, rename it to ${names.migration}.`
        : `Did you mean ${names.migration}? Rename it, or call it ${names.helper} if it is a helper that migrations import.`,
  })

const importedBy = ([first, ...others]: readonly string[]): string =>
  first === undefined
    ? ''
    : ` ${first} imports it${others.length > 0 ? `, and ${others.length} more do` : ''}, but only files that begin with \`_\` are helpers.`

/** A migration whose file name is not of the form `NNN_snake_case`. */
export const nameInvalid = (
  file: string,
  suggestion: string,
  free: string | null,
  more: number,
): Diagnostic =>
  problem('NAME_INVALID', fileStart(file), {
    message:
      `${file} is not named like a migration: a version of three digits (more when needed), ` +
      `\`_\`, a name in snake_case, and the extension.${alike(more)}`,
    fix:
      more > 0
        ? `\`lockstep renumber\` gives all files of the folder valid names. This one alone would be ${suggestion}.`
        : free === null
          ? `Did you mean ${suggestion}? Rename the file.`
          : `Did you mean ${suggestion}? That file already exists: delete one of the two, or give this one a version of its own, as in ${free}.`,
  })

/** A range of versions on an SQL file; only a script can hold a list of migrations. */
export const rangeOfSql = (file: string, suggestion: string): Diagnostic =>
  problem('NAME_SQL_RANGE', fileStart(file), {
    message: `${file} names a range of versions, but an SQL file holds one migration.`,
    fix: `Give each version an SQL file of its own, or write a list with \`defineMigrations\` in ${suggestion}.`,
  })

const RENUMBER =
  '`lockstep renumber` numbers all files of the folder in order, starting at 001. The next free name for this one alone is'

const alike = (more: number): string =>
  more === 0 ? '' : ` ${more} more file${more === 1 ? ' has' : 's have'} no valid number either.`

/** A version of zero or below. Reported once, for the first such file of the folder. */
export const versionNotPositive = (
  file: string,
  version: number,
  suggestion: string,
  more: number,
): Diagnostic =>
  problem('VERSION_NOT_POSITIVE', fileStart(file), {
    message: `${file} has the version ${version}; versions are 1, 2, 3 and so on.${alike(more)}`,
    fix: `${RENUMBER} ${suggestion}.`,
  })

/** A date or time in place of a version. Reported once, for the first such file of the folder. */
export const versionTimestamp = (
  file: string,
  digits: string,
  suggestion: string,
  more: number,
): Diagnostic =>
  problem('VERSION_TIMESTAMP', fileStart(file), {
    message:
      `${file} is numbered by date or time (${digits}); versions count 1, 2, 3 without gaps, ` +
      `so that a missing one is noticed.${alike(more)}`,
    fix: `${RENUMBER} ${suggestion}.`,
  })

/** A `.down.sql` file without an `.up.sql` file to undo. */
export const pairWithoutUp = (file: string, expected: string): Diagnostic =>
  problem('PAIR_WITHOUT_UP', fileStart(file), {
    message: `${file} says how to undo a migration, but there is no ${expected} that says how to apply it.`,
    fix: `Add ${expected}, or delete this file.`,
  })

/** An `.up.sql` and a `.down.sql` file have the same version but different names. */
export const pairNamesDiffer = (file: string, up: string, suggestion: string | null): Diagnostic =>
  problem('PAIR_NAMES_DIFFER', fileStart(file), {
    message: `${file} and ${up} have the same version but different names, so they may not belong together.`,
    fix:
      suggestion === null
        ? `${up} already has its \`.down.sql\`: delete ${file}, or give it the version and the name of the migration that it undoes.`
        : `Did you mean ${suggestion}? Rename one of the two files, or give one of them another version.`,
  })

/** `lockstep renumber` was killed while renaming files; some may still have hidden names, under which they never run. */
export const renumberInterrupted = (
  file: string,
  { aside, originals, journal }: Leftovers,
  unread: { readonly file: string; readonly fault: string } | null,
): Diagnostic =>
  problem('RENUMBER_INTERRUPTED', fileStart(file), {
    message:
      `\`lockstep renumber\` was interrupted while it renamed migrations, and left ${file}` +
      (aside.length > 1
        ? ` and ${aside.length - 1} more hidden file${aside.length > 2 ? 's' : ''}`
        : '') +
      '; hidden files are not migrations and would never run.',
    fix:
      journal !== null && unread === null
        ? 'Run `lockstep renumber` again, or `lockstep gen`: first of all they put every file back, or finish what was begun.'
        : `What was begun is no longer known${unread ? `: ${unread.file} cannot be read, because ${unread.fault}` : ''}. ` +
          nameBack(originals) +
          (unread ? ` Then remove ${unread.file}, and run this again.` : ''),
  })

/** What to do by hand if there is no usable journal: every migration has its old, its hidden or its new name. */
const nameBack = (originals: readonly string[]): string =>
  originals.length === 0
    ? 'No migration is hidden, so each has its old name or its new one: check with `git status` that all are there under the right names.'
    : `Check \`git status\`, and give ${originals.length === 1 ? 'the file its old name' : 'the files their old names'} back (${originals.join(', ')}), ` +
      'or delete what is already there under a new number.'

/** Another process is renaming the files of the folder. */
export const renumberAtWork = (file: string, worker: number): Diagnostic =>
  problem('RENUMBER_RUNNING', fileStart(file), {
    message: `\`lockstep renumber\` is renaming the migrations of this folder (process ${worker}), so they cannot be listed now.`,
    fix: 'Wait until it is done, then run this again.',
  })

function reason(cause: unknown): string {
  const { code, message } = cause as { code?: string; message?: string }
  return REASONS[code ?? ''] ?? message ?? String(cause)
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  ENOENT: 'it does not exist',
  ENOTDIR: 'it is not a folder',
  EISDIR: 'it is a folder',
  ELOOP: 'too many links',
}
