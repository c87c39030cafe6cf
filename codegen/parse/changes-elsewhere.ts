// Finds values that a migration uses and that are changed by code which is neither read nor digested with it. Nothing is
// executed.
import { memo } from '../../src/model/collected.js'
import { ts } from 'ts-morph'
import { helperFinder } from '../loading/helper-files.js'
import { Modules } from '../loading/resolve-name.js'
import { changesOfFile, type Change } from '../loading/changes-of-file.js'
import { isStill } from '../loading/still.js'
import { usedBy } from '../loading/used-by.js'
import type { Course } from '../loading/load-run.js'
import type { Diagnostic } from '../model/diagnostic.js'
import type { Discovery, ParsedMigration } from '../model/migration.js'
import type { Sources } from './open-sources.js'
import { excerptOf } from './excerpt.js'
import { changedElsewhere } from './reading-problems.js'

/**
 * For a side that is code, checks what other files do, when they are loaded, to the values it mentions; the files that it loads
 * itself are digested completely. For a side that is SQL, the text that was read counts: nothing may change it, wherever the
 * change is; the file of its declaration was checked while it was read.
 */
export function changesElsewhere(
  migrations: readonly ParsedMigration[],
  discovery: Discovery,
  sources: Sources,
): Diagnostic[] {
  if (sources.parsed.size === 0) return []
  const folder = openFolder(discovery, sources)
  const files = [...sources.parsed.values()].map(({ compilerNode }) => compilerNode)
  // A file that imports nothing from the folder can only change its own values.
  const importing = files.filter((file) => folder.modules.loaded(file).length > 0)
  const imported = new Set(importing.flatMap((file) => folder.modules.loaded(file)))
  const uncalled = migrations.some((one) => sharesSql(one, imported, folder))
  const course = { modules: folder.modules, uncalled }
  const changes = importing.flatMap((file) => changesIn(file, course))
  if (changes.length === 0) return []
  const problems = new Map<ts.Node, Diagnostic>()
  for (const migration of migrations)
    for (const { change, declared } of hiddenFrom(migration, changes, { folder, sources }))
      if (!problems.has(change.from)) {
        const user = migration.file.file
        problems.set(change.from, describe(change.from, declared, { user, sources }))
      }
  return [...problems.values()]
}

/** All files of the folder as modules; migrations may be imported as well. */
interface Folder {
  readonly modules: Modules
  /** The helpers that are digested with a migration. */
  readonly loaded: (file: ts.SourceFile) => ReadonlySet<ts.SourceFile>
}

function openFolder({ files, helpers, aliases }: Discovery, { project }: Sources): Folder {
  const scripts = files.filter(({ kind }) => kind === 'script')
  const all = new Map([...helpers, ...scripts.map(({ path, text }) => [path, text] as const)])
  const modules = new Modules(helperFinder(project(), { helpers: all, aliases }), 'present')
  const loaded = memo((file: ts.SourceFile) => {
    const order = new Set([file])
    for (const one of order)
      for (const other of modules.loaded(one)) if (helpers.has(other.fileName)) order.add(other)
    return order
  })
  return { modules, loaded }
}

/**
 * Whether other files can access the values that a side of SQL is made of: they are in a helper, or another file imports the
 * migration.
 */
function sharesSql(
  { up, down, file: { path } }: ParsedMigration,
  imported: ReadonlySet<ts.SourceFile>,
  { modules }: Folder,
): boolean {
  return [up, down].some((side) => {
    if (side?.kind !== 'sql' || !side.node) return false
    const start = side.node.getSourceFile().compilerNode
    if (start.fileName !== path || imported.has(start)) return true
    const used = usedBy([side.node.compilerNode, start], { modules, calls: false })
    return [...used].some((one) => one.getSourceFile() !== start)
  })
}

/**
 * The changes that a file makes to values of other files; those to its own are checked with it. Code nested too deep to walk is
 * also too deep to digest, and the digest reports it.
 */
function changesIn(file: ts.SourceFile, course: Course): Change[] {
  if (!course.uncalled && isStill(file, course.modules.index(file))) return []
  try {
    return changesOfFile(file, course).flatMap((change) => {
      const declared = change.declared.filter((one) => one.getSourceFile() !== file)
      return declared.length > 0 ? [{ ...change, declared }] : []
    })
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    return []
  }
}

/** A change with the declaration that a migration uses. */
interface Hidden {
  readonly change: Change
  readonly declared: ts.Node
}

function hiddenFrom(
  { up, down, file, unreadable }: ParsedMigration,
  changes: readonly Change[],
  { folder, sources }: { folder: Folder; sources: Sources },
): Hidden[] {
  const start = sources.parsed.get(file.path)?.compilerNode
  if (unreadable || !start) return []
  return [up, down].flatMap((side) => {
    if (!side?.node) return []
    const isCode = side.kind === 'code'
    const reach = { modules: folder.modules, calls: isCode }
    const used = usedBy([side.node.compilerNode, start], reach)
    const isSeen = isCode ? seenBy(used, folder.loaded(start)) : () => false
    return changes.flatMap((change) => {
      const declared = change.declared.find((one) => used.has(one))
      return declared && !isSeen(change) ? [{ change, declared }] : []
    })
  })
}

/** Whether the code of a side is digested with a change, or does not depend on it: a value that it caches itself. */
function seenBy(
  used: ReadonlySet<ts.Node>,
  loaded: ReadonlySet<ts.SourceFile>,
): (change: Change) => boolean {
  const isRemembered = memo((by: ts.Node) => remembers(by, used))
  return ({ from, by, atLoad }) => !atLoad || loaded.has(from.getSourceFile()) || isRemembered(by)
}

/**
 * Whether the change is made by a function that the side calls as well to fill its cache: an entry follows from its key, whoever
 * adds it.
 */
function remembers(by: ts.Node, used: ReadonlySet<ts.Node>): boolean {
  const isKeyed =
    ts.isCallExpression(by) || (ts.isBinaryExpression(by) && ts.isElementAccessExpression(by.left))
  if (!isKeyed || (ts.isCallExpression(by) && !/\.(set|add)$/.test(by.expression.getText())))
    return false
  return ts.findAncestor(by, (outer) => used.has(outer)) !== undefined
}

function describe(
  from: ts.Node,
  declared: ts.Node,
  { user, sources }: { user: string; sources: Sources },
): Diagnostic {
  const name = (declared as { name?: ts.Node }).name?.getText() ?? 'default'
  const at = { name, declared: sources.place(declared), user }
  return changedElsewhere(sources.place(from), excerptOf(from.getText()), at)
}
