// Finds every way in which one file can refer to another, types included.
import { posix } from 'node:path'
import { ts } from 'ts-morph'
import { nodesOf, placeOf, syntaxOf } from './source-files.js'

/** One reference to another module. */
export interface Import {
  /** `file:line` of the reference. */
  readonly place: string
  readonly file: string
  /** What is imported; the expression's text when it is computed. */
  readonly specifier: string
  readonly computed: boolean
  /** The file of the project that is meant, for a relative specifier; null for a package or a builtin module. */
  readonly target: string | null
  /** `type`: gone after compiling. `lazy`: loaded when the call is reached. */
  readonly kind: 'static' | 'type' | 'lazy'
}

const known = new WeakMap<ts.SourceFile, readonly Import[]>()

/** All references of one file: import, export … from, import(), import types, import … = require() and require(). */
export function importsOf(file: string, text: string): readonly Import[] {
  const source = syntaxOf(file, text)
  const found = known.get(source) ?? importsIn(file, source)
  known.set(source, found)
  return found
}

function importsIn(file: string, source: ts.SourceFile): Import[] {
  const found: Import[] = []
  for (const node of nodesOf(source)) {
    const reference = referenceOf(node)
    if (!reference) continue
    const target = targetOf(file, reference.specifier)
    found.push({ ...reference, place: placeOf(node), file, target })
  }
  return found
}

type Reference = Pick<Import, 'specifier' | 'computed' | 'kind'>

function referenceOf(node: ts.Node): Reference | null {
  if (ts.isImportDeclaration(node)) return of(node.moduleSpecifier, importKind(node.importClause))
  if (ts.isExportDeclaration(node)) {
    return of(node.moduleSpecifier, node.isTypeOnly ? 'type' : 'static')
  }
  if (ts.isImportTypeNode(node)) {
    return of(ts.isLiteralTypeNode(node.argument) ? node.argument.literal : undefined, 'type')
  }
  if (ts.isExternalModuleReference(node)) return of(node.expression, 'static')
  if (!ts.isCallExpression(node)) return null
  if (node.expression.kind === ts.SyntaxKind.ImportKeyword) return of(node.arguments[0], 'lazy')
  const isRequire = ts.isIdentifier(node.expression) && node.expression.text === 'require'
  return isRequire ? of(node.arguments[0], 'static') : null
}

function importKind(clause: ts.ImportClause | undefined): Import['kind'] {
  return clause?.phaseModifier === ts.SyntaxKind.TypeKeyword ? 'type' : 'static'
}

function of(node: ts.Node | undefined, kind: Import['kind']): Reference | null {
  if (!node) return null
  const computed = !ts.isStringLiteralLike(node)
  return { specifier: computed ? node.getText() : node.text, computed, kind }
}

const targetOf = (file: string, specifier: string): string | null =>
  specifier.startsWith('.')
    ? posix.join(posix.dirname(file), specifier).replace(/\.(m?)js$/, '.$1ts')
    : null
