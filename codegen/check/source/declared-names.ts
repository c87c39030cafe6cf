// What a name stands for where it is used: declarations around it, at the top level of its file, or in a helper.
import { ts } from 'ts-morph'
import { localNames } from '../../loading/local-names.js'
import type { Modules } from '../../loading/resolve-name.js'

/** The declarations that a name means at its place; empty for globals, and for what comes from elsewhere. */
export function declarationsOf(name: ts.Identifier, modules: Modules): readonly ts.Node[] {
  for (let at: ts.Node = name.parent; !ts.isSourceFile(at); at = at.parent)
    if (localNames(at)?.has(name.text)) return declaredIn(at, name.text)
  const target = modules.resolveUse(name)
  return target?.kind === 'declared' ? target.nodes : []
}

/** In a scope that is known to give the name, without the scopes inside that give it to something else. */
function declaredIn(scope: ts.Node, text: string): ts.Node[] {
  const found: ts.Node[] = []
  const visit = (node: ts.Node): void => {
    if (declares(node, text)) found.push(node)
    if (node === scope || !localNames(node)?.has(text)) ts.forEachChild(node, visit)
  }
  visit(scope)
  return found
}

const declares = (node: ts.Node, text: string): boolean =>
  (ts.isVariableDeclaration(node) ||
    ts.isParameter(node) ||
    ts.isBindingElement(node) ||
    ts.isFunctionDeclaration(node) ||
    ts.isFunctionExpression(node) ||
    ts.isClassLike(node)) &&
  node.name !== undefined &&
  ts.isIdentifier(node.name) &&
  node.name.text === text
