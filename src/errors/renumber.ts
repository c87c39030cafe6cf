// Errors about renumbering migrations. The files are unchanged in all of these cases.
import type { Cause } from './lockstep-error.js'

/** Two migrations have the same number, and neither `--base` nor the commits show which of them is newer. */
export const renumberUndecided = (files: readonly string[], reason: string): Cause => ({
  code: 'RENUMBER_UNDECIDED',
  message: `Two migrations have the same number, ${files.join(' and ')}, and Lockstep cannot tell which of them is new: ${reason}. Nothing was changed.`,
  fix: 'Name the branch that has the released one, which keeps its number: `lockstep renumber --base <branch>`, often `--base main`. If neither is committed, committing the older one first helps as well.',
  facts: { files },
})

/** Two migrations of the base branch have the same number. */
export const renumberReleased = (file: string, other: string, ref: string): Cause => ({
  code: 'RENUMBER_RELEASED',
  message: `Lockstep cannot renumber ${file}: it and ${other} are both released, and databases may have applied what ${ref} has. Nothing was changed.`,
  fix: 'Keep the one that was applied, and write the other again under the next free number.',
  facts: { file, ref },
})

/** A file that would have to move also holds migrations of the base branch. */
export const renumberShared = (file: string, ref: string): Cause => ({
  code: 'RENUMBER_SHARED',
  message: `Lockstep cannot renumber ${file}: it holds released migrations as well as new ones, and databases may have applied what ${ref} has. Nothing was changed.`,
  fix: `Give the file the name that it has on ${ref}, keep only the released migrations in it, and move the new ones into a file of their own; then run this again.`,
  facts: { file, ref },
})

/** A migration that would have to move exists on the base branch under another number. */
export const renumberKnown = (file: string, there: string, ref: string): Cause => ({
  code: 'RENUMBER_KNOWN',
  message: `Lockstep cannot renumber ${file}: it is ${there} on ${ref}, and databases may have applied it under that number. Nothing was changed.`,
  fix: `Give it its name back (${there}), or delete this copy where ${ref} is not merged yet; then run this again.`,
  facts: { file, there, ref },
})

/** A number becomes free only after merging the base branch, which has dropped a migration. */
export const renumberDropped = (file: string, dropped: readonly string[], ref: string): Cause => ({
  code: 'RENUMBER_DROPPED',
  message: `The branch ${ref} has dropped ${dropped.join(', ')} since this branch left it, so ${file} has to move down; but its new number is only free once ${dropped.length > 1 ? 'those are' : 'that is'} gone from this branch too. Nothing was changed.`,
  fix: `Merge or rebase ${ref}, then run this again.`,
  facts: { file, dropped, ref },
})

/** A migration that would have to move is applied to the database that `--db` names. */
export const renumberApplied = (
  file: string,
  database: string,
  { version, isMerged, first }: { version: string; isMerged: boolean; first: string },
): Cause => ({
  code: 'RENUMBER_APPLIED',
  message: `${file} is applied to ${database} under its number ${version}, so it cannot be renumbered. Nothing was changed.`,
  fix: `${isMerged ? 'Renumber without `--db`, and then undo it there' : 'Undo it there first'} with \`lockstep rollback --to ${Number(version) - 1} --db ${database}\`; then ${isMerged ? 'migrate' : 'renumber and migrate'}.${first && ` ${first}`}`,
  facts: { file, database, version },
})

/** A file with the new name of a migration already exists. */
export const renumberTargetExists = (file: string, target: string): Cause => ({
  code: 'RENUMBER_TARGET_EXISTS',
  message: `${file} would become ${target}, but a file of that name already exists. Nothing was changed.`,
  fix: `Look at what ${target} is, and move it out of the way.`,
  facts: { file, target },
})

/** A migration that would have to move cannot be read, or states its number in a way that cannot be rewritten. */
export const renumberUnreadable = (file: string, reason: string): Cause => ({
  code: 'RENUMBER_UNREADABLE',
  message: `${file} would be renumbered, but ${reason}. Nothing was changed.`,
  fix: 'Fix the file (`lockstep lint` shows what is wrong), and write its version as a number or a string of digits, or leave it out: the file name is enough.',
  facts: { file },
})

/** The file system failed half way; the renames done so far were reverted. */
export const renumberFailed = (reason: string, left: readonly string[]): Cause => ({
  code: 'RENUMBER_FAILED',
  message:
    `The files could not be renamed: ${reason}. ` +
    (left.length === 0
      ? 'Everything was put back as it was.'
      : `Putting everything back failed as well; look at ${left.join(', ')}.`),
  fix: 'Check the permissions of the migrations folder and the free disk space, then run again.',
  facts: { left },
})

/** Another process is renaming the same files, or has done so since this one looked at them. */
export const renumberConcurrent = (reason: string): Cause => ({
  code: 'RENUMBER_CONCURRENT',
  message: `This run renamed nothing, because something else is working in the migrations folder: ${reason}.`,
  fix: 'Wait until that is done, then run this again: it plans what is left to do.',
})

/** An earlier run was killed, and nothing can be planned until what it left is cleaned up. */
export const renumberUnfinished = (file: string, advice: string): Cause => ({
  code: 'RENUMBER_UNFINISHED',
  message: `An earlier \`lockstep renumber\` was interrupted and left ${file}, so Lockstep cannot tell which migrations there are. Nothing was changed.`,
  fix: advice,
  facts: { file },
})

/** Renumbering was not confirmed. */
export const renumberUnconfirmed = (reason: string): Cause => ({
  code: 'RENUMBER_UNCONFIRMED',
  message: `Nothing was renumbered: ${reason}.`,
  fix: 'See what would be renamed with --dry-run, and confirm it with --yes.',
})
