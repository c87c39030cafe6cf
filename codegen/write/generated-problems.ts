// Problems with the generated files and with writing them. One function per code; its doc comment is the code's meaning.
import { restoreEdited } from '../git/restore-command.js'
import { basename } from 'node:path'
import type { Diagnostic, Position } from '../model/diagnostic.js'
import { firstOf } from '../diagnostics/listed.js'
import { problem, withSeverity } from '../diagnostics/problem.js'
import { versionId } from '../../src/model/version.js'
import type { RegistryChanges } from './compare-registries.js'

const REGENERATE = 'Run `lockstep gen` and commit the result.'

/** A generated file is missing. */
export const generatedMissing = (at: Position): Diagnostic =>
  problem('GENERATED_MISSING', at, { message: `${at.file} is missing.`, fix: REGENERATE })

/** A file that the settings no longer ask for; `instead` is the one written in its place, null if there is none. */
export interface LeftOver {
  readonly instead: { readonly name: string; readonly language: 'ts' | 'js' } | null
}

/**
 * A generated file does not match the migrations of the folder or the schema they make, or is one that is no longer kept up to
 * date.
 */
export const generatedStale = (
  at: Position,
  because: RegistryChanges | 'schema' | LeftOver,
): Diagnostic =>
  problem('GENERATED_STALE', at, {
    message: `${at.file} is ${describeStale(at, because)}.`,
    fix: typeof because === 'object' && 'instead' in because ? howToRemove(because) : REGENERATE,
  })

function describeStale({ file }: Position, because: RegistryChanges | 'schema' | LeftOver): string {
  if (because === 'schema') return 'stale: its schema is not the one that the migrations make'
  if (!('instead' in because)) return `stale: ${describeChanges(because).join('; ')}`
  const { instead } = because
  if (!instead)
    return `left over: the settings no longer ask for it (\`${/snapshot\.\w+$/.test(file) ? 'snapshot' : 'schemaPage'}\`), and nothing keeps it up to date`
  return (
    `left over from when the project was in ${instead.language === 'ts' ? 'JavaScript' : 'TypeScript'}: ${instead.name} is written now, ` +
    `and whatever still reads ${basename(file)} gets the migrations from then`
  )
}

const howToRemove = ({ instead }: LeftOver): string =>
  instead === null
    ? 'Run `lockstep gen`, which removes it, and commit the result.'
    : 'Run `lockstep gen`, which removes it, and commit the result; ' +
      `or state \`language: '${instead.language === 'ts' ? 'js' : 'ts'}'\` in the configuration to keep it.`

/** A generated file has the right migrations or the right schema, but is otherwise not what the generator writes. */
export const generatedEdited = (at: Position, about: 'migrations' | 'schema'): Diagnostic =>
  problem('GENERATED_EDITED', at, {
    message: `${at.file} ${EDITED[about]}, or was written with other settings or by another version of Lockstep.`,
    fix: REGENERATE,
  })

const EDITED = {
  migrations:
    'lists the right migrations, but from here on it is not what `lockstep gen` writes: it was edited by hand',
  schema:
    'is about the right schema, but from here on it differs from the migrations: ' +
    'a description or other text without effect has changed in them, or it was edited by hand',
} as const

/** The registry is right, except that it was generated without replay and lacks the schema digests. */
export const generatedUnproven = (at: Position): Diagnostic =>
  problem('GENERATED_UNPROVEN', at, {
    message:
      `${at.file} was generated without replay (\`--no-replay\`), so it lacks the schema digests: ` +
      'the schema gate cannot compare a database with it, and `lockstep adopt` cannot recognise one by its schema.',
    fix: REGENERATE,
  })

/** A generated file contains merge conflict markers. */
export const generatedConflict = (at: Position): Diagnostic =>
  problem('GENERATED_CONFLICT', at, {
    message: `${at.file} contains merge conflict markers.`,
    fix: 'Decide which migrations stay and how they are numbered, then run `lockstep gen`, which rewrites the file. Commit the result.',
  })

/** A file that Lockstep did not write is in the place of a generated one; it is never overwritten. */
export const generatedForeign = (at: Position): Diagnostic =>
  problem('GENERATED_FOREIGN', at, {
    message: `${at.file} was not written by Lockstep, so it was left as it is.`,
    fix: 'Move that file elsewhere, or choose another folder with `--out` or `out` in the configuration.',
  })

/** A generated file cannot be read or written: permissions, a full disk, a file in the place of a folder. */
export const generatedInaccessible = (at: Position, reason: string): Diagnostic =>
  problem('GENERATED_INACCESSIBLE', at, {
    message: `${at.file} could not be read or written: ${reason}. What was there before is unchanged.`,
    fix: 'Check the permissions of that file and its folder and the free space on the disk, then run `lockstep gen` again.',
  })

/** The project's Prettier or its configuration fails; the file is then written in Prettier's default style. */
export const formatterFailed = (at: Position, reason: string): Diagnostic =>
  withSeverity(
    'warning',
    problem('FORMATTER_FAILED', at, {
      message: `${at.file} could not be formatted in the project's style: ${reason}`,
      fix: "Fix the project's Prettier configuration. Until then, the file has Prettier's default style, which is never reported as stale.",
    }),
  )

function describeChanges(changes: RegistryChanges): string[] {
  const { missing, surplus, changed, remade, reworded } = changes
  return [
    ...describeVersions(missing, 'is not in it', 'are not in it'),
    ...describeVersions(
      surplus,
      'is in it and not in the folder',
      'are in it and not in the folder',
    ),
    ...describeVersions(changed, 'has changed since', 'have changed since'),
    ...describeVersions(remade, REMADE, REMADE),
    ...describeVersions(
      reworded,
      'has another text, name or description in it than in the folder',
      'have other texts, names or descriptions in it than in the folder',
    ),
  ]
}

const REMADE =
  'made a different schema than the one in it without being changed: an import has changed, ' +
  'or another version of Lockstep or SQLite has replayed it'

function describeVersions(versions: readonly number[], one: string, many: string): string[] {
  const shown = versions.slice(0, 5).map(versionId)
  const more = versions.length - shown.length
  if (more > 0) shown.push(`${more} more`)
  if (shown.length === 0) return []
  if (shown.length === 1) return [`version ${shown[0]!} ${one}`]
  return [`versions ${shown.slice(0, -1).join(', ')} and ${shown.at(-1)!} ${many}`]
}

/** Which files of a migration were edited, as far as git knows. */
interface EditSince {
  readonly edited: 'file' | 'helper' | 'file, or the helper that it imports and that was edited,'
  /** The files that differ from `commit`, as printed. */
  readonly restored: readonly string[]
  readonly commit: string
}

const isImports = (why: object): why is readonly string[] => Array.isArray(why)

/**
 * A migration at or below `released` no longer does what the registry on disk says, which is what has shipped: its file or a
 * helper was edited, or something else that it imports has changed, so that it makes another schema with the same checksum.
 */
export const releasedEdited = (
  at: Position,
  { version, file }: { readonly version: number; readonly file: string },
  why: readonly string[] | EditSince,
): Diagnostic =>
  problem('RELEASED_EDITED', at, {
    message: isImports(why)
      ? `Version ${versionId(version)} (${file}) has shipped, and now makes a different schema than the registry says, although its own text is the same: ` +
        `it imports ${firstOf(why)}, which no checksum covers and which must have changed. Databases that have applied it never get the change.`
      : `Version ${versionId(version)} (${file}) has shipped, and no longer does what the registry says${why.edited === 'helper' ? `, because ${firstOf(why.restored)}, which it imports, ${why.restored.length > 1 ? 'were' : 'was'} edited` : ''}: databases that have applied it never get the change.`,
    fix: isImports(why)
      ? 'Put a copy of what it imports, as it was when the registry was written, into a separate file that nobody changes, outside the migrations folder, ' +
        'and have the migration import that: the path of an import is not part of the checksum. Write the change as a new migration. If it has not shipped, lower `released`.'
      : `Copy the change into a new migration, then put the ${why.edited} back as it was${why.restored.length > 0 ? `: ${restoreEdited(why.restored, why.commit)} ${why.commit === 'HEAD' ? 'discards what is not committed' : 'restores what the registry was committed with'}` : ''}. If it has not shipped, lower \`released\`.`,
  })
