// Resolves names of a script that are aliases of platform functions: `random` for `Math.random`.
import { ts } from 'ts-morph'
import { memberName, unwrap } from '../../loading/erased-syntax.js'

/** By local name, the path that it stands for, such as `crypto.randomUUID`. */
export type GlobalNames = ReadonlyMap<string, string>

/**
 * Reads imports of platform modules, and constants such as `const { random } = Math` and `const now = Date.now`, anywhere in the
 * script. `nodes` are all nodes of the script, parents before children.
 */
export function globalNames(nodes: readonly ts.Node[]): GlobalNames {
  const names = new Map<string, string>()
  for (const node of nodes) {
    if (ts.isImportDeclaration(node)) addImports(node, names)
    else if (ts.isVariableDeclaration(node) && node.initializer)
      addConstant(node.name, pathOf(node.initializer, names), names)
  }
  return names
}

/** The path of `Math.random`, `Math['random']`, `globalThis.Math.random` or an alias of it; null for anything else. */
export function pathOf(given: ts.Node, names: GlobalNames): string | null {
  const node = unwrap(given)
  if (ts.isIdentifier(node)) return names.get(node.text) ?? node.text
  const name = memberName(node)
  if (name === null) return null
  const owner = pathOf((node as ts.PropertyAccessExpression).expression, names)
  if (owner === null) return null
  return owner === 'globalThis' ? name : `${owner}.${name}`
}

/** Modules with the global that their names stand for; the members of `perf_hooks` are global. */
const MODULES: ReadonlyMap<string, string> = new Map([
  ['crypto', 'crypto'],
  ['os', 'os'],
  ['process', 'process'],
  ['perf_hooks', 'globalThis'],
])

function addImports(
  { importClause, moduleSpecifier }: ts.ImportDeclaration,
  names: Map<string, string>,
): void {
  const specifier = (moduleSpecifier as ts.StringLiteral).text
  const owner = MODULES.get(specifier.replace(/^node:/, ''))
  if (owner === undefined || !importClause) return
  const { name, namedBindings } = importClause
  if (name) names.set(name.text, owner)
  if (!namedBindings) return
  if (ts.isNamespaceImport(namedBindings)) names.set(namedBindings.name.text, owner)
  else
    for (const one of namedBindings.elements) {
      const imported = (one.propertyName ?? one.name).text
      names.set(one.name.text, imported === 'default' ? owner : memberOf(owner, imported))
    }
}

function addConstant(name: ts.BindingName, path: string | null, names: Map<string, string>): void {
  if (path === null) return
  if (ts.isIdentifier(name)) {
    if (name.text !== path) names.set(name.text, path)
    return
  }
  if (!ts.isObjectBindingPattern(name)) return
  for (const { name: local, propertyName, dotDotDotToken } of name.elements) {
    const member = propertyName ?? local
    if (!dotDotDotToken && ts.isIdentifier(member))
      addConstant(local, memberOf(path, member.text), names)
  }
}

const memberOf = (owner: string, name: string): string =>
  owner === 'globalThis' ? name : `${owner}.${name}`
