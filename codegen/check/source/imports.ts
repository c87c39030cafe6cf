// The static imports of a script that remain at run time.
import { ts } from 'ts-morph'
import { isTypeOnly } from '../../loading/erased-syntax.js'
import type { Script } from '../subject/rule.js'

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

/** The remark about type imports for whoever writes any; preceded by a space. */
export const forTypesAlone = ({ file }: Pick<Script, 'file'>): string =>
  /\.[cm]?tsx?$/i.test(file) ? ' For types alone write `import type`.' : ''
