// Computes the digests of a migration: of its meaning, not of its bytes.
import { remembered } from '../../src/model/collected.js'
import type { ts } from 'ts-morph'
import type {
  BatchWalk,
  Checksums,
  Discovery,
  ParsedMigration,
  Side,
  SqlSide,
} from '../model/migration.js'
import { describeAlter } from './describe-alter.js'
import { describeCode } from './describe-code.js'
import { digest, type Description, leaf } from './digest.js'
import { formerFinder, helperFinder } from '../loading/helper-files.js'
import { KnownFiles } from './loading.js'
import type { Build } from '../loading/module-index.js'
import { Modules } from '../loading/resolve-name.js'
import { describeColumnNames } from './describe-spelling.js'
import { describeSql } from './describe-sql.js'

/** What the migrations of a folder may import, and by which names. */
type Folder = Pick<Discovery, 'helpers' | 'aliases'>

/** The digests by which a migration is compared. */
export interface Digests {
  readonly checksums: Checksums
  /**
   * Checksums that earlier builds computed, where they differ because those builds looked at less of the migration, and that of
   * `up` before `effects` was added or removed, which only matters to replay: ledger rows with one of them are no sign of an
   * edit.
   */
  readonly formerly: readonly string[]
}

/**
 * Digests the meaning of a migration: `up` together with the options that change how it runs, and `down` by itself. Formatting,
 * comments, types, line endings and import paths do not count, nor do description, reasons, name, version and file name;
 * module-level declarations that a function mentions do, and so does whatever it mentions of the helper files in `discovery`.
 * The migration must have been read: throws `TypeError` if it is unreadable or has no `up`, because an empty digest would look
 * like any other; throws `RangeError` if thousands of calls are chained or nested.
 */
export const checksum = (migration: ParsedMigration, discovery: Folder): Checksums =>
  new Digester(discovery).checksums(migration)

/** Digests the migrations of one reading, and caches what it has read of the files that they share. */
export class Digester {
  readonly #discovery: Folder
  readonly #known = new Map<Build, KnownFiles>()

  constructor(discovery: Folder) {
    this.#discovery = discovery
  }

  /** The digests of what each walk of a migration with batches does to its rows, in order; empty for other migrations. */
  walks({ batches = [], file }: ParsedMigration): readonly string[] {
    const work = ({ update, each }: BatchWalk): readonly string[] =>
      each
        ? this.#describe(each, file.path, { build: 'present', omitted: new Set() }).items
        : [update?.value ?? '']
    return batches.map((walk) => digest(['walk', ...work(walk)]))
  }

  /** Like `checksum`, which documents what is digested and when it throws. */
  checksums(migration: ParsedMigration): Checksums {
    return this.#digest(migration, 'present').checksums
  }

  /** Like `checksums`, with the checksums of earlier builds. Throws as `checksum` does. */
  digests(migration: ParsedMigration): Digests {
    const { checksums, otherwise, sawMore } = this.#digest(migration, 'present')
    const { up, down } = checksums
    const others = otherwise === null ? [] : [otherwise]
    if (!sawMore && !this.#findsMore()) return { checksums, formerly: others }
    const former = this.#digest(migration, 'earlier').checksums
    const earlier = [former.up, former.down ?? '']
    return {
      checksums,
      formerly: [...earlier.filter((one) => one && one !== up && one !== down), ...others],
    }
  }

  #digest(migration: ParsedMigration, build: Build): Digested {
    const { unreadable, file } = migration
    if (unreadable || !migration.up)
      throw new TypeError(`${file.file} has no readable up: nothing to digest.`)
    const { alter, batches = [] } = migration
    const omitted = new Set(batches.flatMap(({ size }) => (size ? [size.compilerNode] : [])))
    const describe = (side: Side): Description =>
      alter && isExpanded(side)
        ? { items: describeAlter(alter), sawMore: false }
        : this.#describe(side, file.path, { build, omitted })
    const up = describe(migration.up)
    const down = migration.down && describe(migration.down)
    const digestOf = (options: readonly string[]): string => digest(['up', ...options, ...up.items])
    const options = describeOptions(migration)
    const isStated = migration.effects !== null
    return {
      checksums: {
        up: digestOf(isStated ? [...options, EFFECTS] : options),
        down: down && digest(['down', ...down.items]),
      },
      otherwise: isStated
        ? digestOf(options)
        : mayHaveEffects(migration.up, up)
          ? digestOf([...options, EFFECTS])
          : null,
      sawMore: up.sawMore || (down?.sawMore ?? false),
    }
  }

  /** Earlier builds took a helper that is imported by an alias for a package. */
  #folder(build: Build): Folder {
    return build === 'earlier' ? { helpers: this.#discovery.helpers } : this.#discovery
  }

  #findsMore(): boolean {
    const { helpers, aliases } = this.#discovery
    if ([...helpers.keys()].some((path) => /\.[jt]sx$/.test(path))) return true
    return [...(aliases?.paths.values() ?? [])].some((path) => helpers.has(path))
  }

  #describe(
    side: Side,
    path: string,
    { build, omitted }: { readonly build: Build; readonly omitted: ReadonlySet<ts.Node> },
  ): Description {
    if (side.kind === 'sql') return describeScript(side, build)
    const project = side.node.getProject()
    const find = helperFinder(project, this.#folder(build))
    const finder = build === 'earlier' ? formerFinder(find) : find
    const known = remembered(this.#known, build, () => new KnownFiles(new Modules(finder, build)))
    return describeCode({
      root: side.node.compilerNode,
      file: project.getSourceFileOrThrow(path).compilerNode,
      known,
      omitted,
    })
  }
}

/** Whether a side was expanded from declared changes; a side written beside them is digested as written. */
const isExpanded = (side: Side): boolean =>
  side.kind === 'code' ? side.steps !== undefined : side.derived === true

/** The digests by one build, and whether it met anything that earlier builds did not look at. */
interface Digested {
  readonly checksums: Checksums
  /** The digest of `up` with `effects` toggled; null if nobody would state it. */
  readonly otherwise: string | null
  readonly sawMore: boolean
}

/** The options that change how the migration runs. A stated default equals an absent option. */
function describeOptions(migration: ParsedMigration): string[] {
  const options: string[] = []
  if (migration.transaction?.value === false) options.push('no-transaction')
  if (migration.foreignKeys) options.push('enforce-foreign-keys')
  const needs = (migration.needs ?? []).map(
    ({ value: { history, version } }) => `needs ${history}:${version}`,
  )
  options.push(...needs.sort())
  return options
}

const EFFECTS = 'effects'

/** Whether somebody may have stated `effects` and removed it again: the migration touches more than its database. */
const mayHaveEffects = (side: Side, { items }: Description): boolean =>
  items.some((item) => item.startsWith('outside')) ||
  /\battach\b/i.test(
    side.kind === 'sql' ? side.pieces.map(({ text }) => text).join('\n') : side.node.getText(),
  )

/**
 * Describes the scripts of a side one by one: two statements in one script differ from two scripts. Whether the SQL is written as
 * a string, a template or a file makes no difference.
 */
function describeScript(side: SqlSide, build: Build): Description {
  const items: string[] = []
  let sawMore = false
  for (const { text } of side.pieces) {
    // In TypeScript the compiler has dealt with line ends, and a CR that is left was written as an escape.
    const sql = side.node ? text : text.replaceAll('\r\n', '\n')
    const columns = build === 'earlier' ? [] : describeColumnNames(sql, 'database')
    sawMore ||= columns.length > 0
    items.push('(sql', ...describeSql(sql).map((token) => leaf('token', token)), ...columns, ')')
  }
  return { items, sawMore }
}
