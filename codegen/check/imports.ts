// The static imports of a script that remain at run time.
import { ts } from 'ts-morph'
import type { Script } from './rule.js'

/** An import, or an export from another file. */
export interface StaticImport {
  readonly specifier: string
  /** The quoted path, for its place. */
  readonly node: ts.Node
}

/** In order of the file, without those that import types only. */
export function staticImports({ syntax }: Script): StaticImport[] {
  return syntax.statements.flatMap((statement) => {
    if (!ts.isImportDeclaration(statement) && !ts.isExportDeclaration(statement)) return []
    const { moduleSpecifier } = statement
    if (!moduleSpecifier || !ts.isStringLiteral(moduleSpecifier) || isTypeOnly(statement)) return []
    return [{ specifier: moduleSpecifier.text, node: moduleSpecifier }]
  })
}

function isTypeOnly(statement: ts.ImportDeclaration | ts.ExportDeclaration): boolean {
  if (ts.isExportDeclaration(statement)) {
    const { exportClause, isTypeOnly } = statement
    return (
      isTypeOnly ||
      (exportClause !== undefined && ts.isNamedExports(exportClause) && onlyTypes(exportClause))
    )
  }
  const clause = statement.importClause
  if (!clause) return false
  const { name, namedBindings } = clause
  if (clause.isTypeOnly) return true
  return (
    !name &&
    namedBindings !== undefined &&
    ts.isNamedImports(namedBindings) &&
    onlyTypes(namedBindings)
  )
}

/** `import {} from` loads the file, so an empty list is no list of types. */
const onlyTypes = ({ elements }: ts.NamedImports | ts.NamedExports): boolean =>
  elements.length > 0 && elements.every(({ isTypeOnly }) => isTypeOnly)
