// The digests of a migration: of its meaning, not of its bytes.
import type { Checksums, Discovery, ParsedMigration, Side } from '../model.js'
import { describeCode } from './describe-code.js'
import { describeScript } from './describe-script.js'
import { digest } from './digest.js'
import { helperFinder } from './helper-files.js'
import type { Build } from './module-index.js'

/**
 * Digests the meaning of a migration: `up` together with the options that change how it runs, and `down` by itself.
 * Formatting, comments, types, line ends and import paths do not count, nor do description, reasons, name, version
 * and file name; module-level declarations that a function mentions do, and so does what it mentions of the helper
 * files that `discovery` has found.
 *
 * The migration must have been read: throws `TypeError` when it is unreadable or has no `up`, for an empty digest
 * would look like any other; and `RangeError` where calls are chained or nested by the thousand.
 */
export function checksum(
  migration: ParsedMigration,
  discovery: Pick<Discovery, 'helpers'>,
): Checksums {
  return digests(migration, { discovery, build: 'present' })
}

/**
 * The digests that earlier builds gave to the same migration, as far as they were others, because those builds saw less of
 * it: rows of a ledger with one of them are no sign of an edit. Throws as `checksum` does.
 */
export function formerChecksums(
  migration: ParsedMigration,
  discovery: Pick<Discovery, 'helpers'>,
  { up, down }: Checksums,
): string[] {
  const former = digests(migration, { discovery, build: 'earlier' })
  return [former.up, former.down ?? ''].filter((one) => one && one !== up && one !== down)
}

interface Way {
  readonly discovery: Pick<Discovery, 'helpers'>
  readonly build: Build
}

function digests(migration: ParsedMigration, way: Way): Checksums {
  const { up, down } = migration
  if (migration.unreadable || !up)
    throw new TypeError(`${migration.file.file} has no readable up: nothing to digest.`)
  const describe = (side: Side): string[] => describeSide(side, migration.file.path, way)
  return {
    up: digest(['up', ...describeOptions(migration), ...describe(up)]),
    down: down && digest(['down', ...describe(down)]),
  }
}

/** Stated defaults are like none, and how a reason is worded does not change what is done. */
function describeOptions(migration: ParsedMigration): string[] {
  const options: string[] = []
  if (migration.transaction?.value === false) options.push('no-transaction')
  if (migration.foreignKeys) options.push('enforce-foreign-keys')
  if (migration.effects) options.push('effects')
  return options
}

function describeSide(side: Side, path: string, { discovery, build }: Way): string[] {
  if (side.kind === 'sql') return describeScript(side, build)
  const project = side.node.getProject()
  return describeCode({
    root: side.node.compilerNode,
    file: project.getSourceFileOrThrow(path).compilerNode,
    findHelper: helperFinder(project, discovery),
    build,
  })
}
