// What a name stands for where it is used: declarations around it, at the top level of its file, or in a helper.
import { ts } from 'ts-morph'
import { localNames } from '../../loading/local-names.js'
import type { Modules } from '../../loading/resolve-name.js'

/**
 * The declarations that a name means at its place, or `helpers.name`; empty for any other expression, for globals, and for
 * what comes from elsewhere.
 */
export function declarationsOf(node: ts.Node, modules: Modules): readonly ts.Node[] {
  const name = ts.isPropertyAccessExpression(node) ? node.expression : node
  if (!ts.isIdentifier(name)) return []
  for (let at: ts.Node = name.parent; !ts.isSourceFile(at); at = at.parent)
    if (localNames(at)?.has(name.text)) return name === node ? declaredIn(at, name.text) : []
  const isOfHelper = modules.resolve(name.getSourceFile(), name.text)?.kind === 'helper'
  const target = name === node || isOfHelper ? modules.resolveUse(name) : null
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
