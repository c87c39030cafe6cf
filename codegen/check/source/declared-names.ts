// Resolves a name where it is used to its declarations: around it, at the top level of its file, or in a helper.
import { remembered } from '../../../src/model/collected.js'
import { ts } from 'ts-morph'
import { localNames } from '../../loading/local-names.js'
import type { Modules } from '../../loading/resolve-name.js'

/** Finds declarations, and caches those of scopes. */
export class Declarations {
  readonly #modules: Modules
  readonly #names = new Map<ts.Node, ReadonlySet<string> | null>()
  readonly #found = new Map<ts.Node, Map<string, readonly ts.Node[]>>()

  constructor(modules: Modules) {
    this.#modules = modules
  }

  /**
   * The declarations that a name, or `helpers.name`, refers to; empty for any other expression, for globals, and for imports from
   * elsewhere.
   */
  of(node: ts.Node): readonly ts.Node[] {
    const name = ts.isPropertyAccessExpression(node) ? node.expression : node
    if (!ts.isIdentifier(name)) return []
    for (let at: ts.Node = name.parent; !ts.isSourceFile(at); at = at.parent)
      if (this.#gives(at, name.text)) return name === node ? this.#declaredIn(at, name.text) : []
    const isOfHelper = this.#modules.resolve(name.getSourceFile(), name.text)?.kind === 'helper'
    const target = name === node || isOfHelper ? this.#modules.resolveUse(name) : null
    return target?.kind === 'declared' ? target.nodes : []
  }

  #gives(scope: ts.Node, text: string): boolean {
    let names = this.#names.get(scope)
    if (names === undefined) this.#names.set(scope, (names = localNames(scope) ?? null))
    return names?.has(text) ?? false
  }

  /** In a scope that is known to give the name, without the scopes inside that give it to something else. */
  #declaredIn(scope: ts.Node, text: string): readonly ts.Node[] {
    const known = remembered(this.#found, scope, () => new Map<string, readonly ts.Node[]>())
    return remembered(known, text, () => {
      const found: ts.Node[] = []
      const visit = (node: ts.Node): void => {
        if (declares(node, text)) found.push(node)
        if (node === scope || !this.#gives(node, text)) ts.forEachChild(node, visit)
      }
      visit(scope)
      return found
    })
  }
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
