// Finds the file of an import, and whether the reading has already reported it, so that a rule need not repeat that.
import { posix } from 'node:path'
import { ts } from 'ts-morph'
import type { Diagnostic } from '../../model/diagnostic.js'
import type { Script, Subject } from '../subject/rule.js'
import type { MigrationFile } from '../../model/migration.js'

const UNREAD = new Set(['READ_IMPORTED', 'READ_REEXPORT'])

/**
 * Whether the reading has reported an import: inside the statement itself, or where a name that it binds is used. `path` is the
 * quoted path of the import.
 */
export function isUnread(
  path: ts.Node,
  script: Script,
  diagnostics: readonly Diagnostic[],
): boolean {
  const { syntax, file } = script
  const statement = path.parent
  return diagnostics
    .filter((one) => one.file === file && UNREAD.has(one.code))
    .map(({ line, column }) => syntax.getPositionOfLineAndCharacter(line - 1, column - 1))
    .some(
      (at) => contains(statement, at) || boundNames(statement).includes(nameAt(syntax.text, at)),
    )
}

const contains = (node: ts.Node, at: number): boolean => node.pos <= at && at < node.end

const nameAt = (text: string, at: number): string =>
  /^[\p{ID_Continue}$]*/u.exec(text.slice(at))![0]

/** The names that an import binds. */
export function boundNames(statement: ts.Node): string[] {
  const clause = ts.isImportDeclaration(statement) ? statement.importClause : undefined
  const bindings = clause?.namedBindings
  const names = bindings && ts.isNamedImports(bindings) ? bindings.elements : [bindings]
  return [clause, ...names].flatMap((one) => one?.name?.text ?? [])
}

/**
 * The migration file that an import in a script leads to, written with the file's extension, with that of its compiled form or
 * with none; undefined if it leads elsewhere.
 */
export function resolveMigrationImport(
  specifier: string,
  { path }: Script,
  { reading }: Subject,
): MigrationFile | undefined {
  const alias = reading.discovery.aliases?.paths.get(specifier)
  if (alias === undefined && !/^\.\.?\//.test(specifier)) return undefined
  const target = withoutExtension(alias ?? posix.join(posix.dirname(path), specifier))
  return reading.discovery.files.find(
    (file) => file.kind === 'script' && withoutExtension(file.path) === target,
  )
}

const withoutExtension = (path: string): string => path.replace(/\.[cm]?[jt]s$/, '')
