// What code uses of the values that stand at the top level of files, and what these use in turn. Names and scopes alone tell it.
import { ts } from 'ts-morph'
import { isErased } from './erased-syntax.js'
import { isMemberName } from './load-syntax.js'
import { localNames } from './local-names.js'
import type { Modules, Target } from './resolve-name.js'

/** Where to look. */
export interface Reach {
  readonly modules: Modules
  /** Whether functions count, whoever calls them. */
  readonly calls: boolean
}

interface Place {
  readonly node: ts.Node
  readonly hidden: ReadonlySet<string>
}

/**
 * The declarations that the first of these nodes uses, and the exports of the file after it that make a migration of it.
 * Without recursion, so that deep nesting does no harm.
 */
export function usedBy(
  [root, file]: readonly [root: ts.Node, file: ts.SourceFile],
  { modules, calls }: Reach,
): ReadonlySet<ts.Node> {
  const used = new Set<ts.Node>()
  const ahead: Place[] = [{ node: root, hidden: new Set() }]
  const add = (target: Target | null): void => {
    for (const node of target?.kind === 'declared' ? target.nodes : []) {
      if (!used.has(node)) ahead.push({ node, hidden: new Set() })
      used.add(node)
    }
  }
  for (const name of ['default', 'up', 'down']) add(modules.resolveExport(file, name))
  for (let place = ahead.pop(); place; place = ahead.pop()) {
    const { node } = place
    if (isErased(node) || (!calls && ts.isFunctionLike(node) && node !== root)) continue
    for (const target of mentioned(place, modules)) add(target)
    const names = localNames(node)
    const hidden = names ? new Set([...place.hidden, ...names]) : place.hidden
    ts.forEachChild(node, (child) => void ahead.push({ node: child, hidden }))
  }
  return used
}

/** What a name stands for; of a helper as a whole one export where it shows which, and else all. */
function mentioned({ node, hidden }: Place, modules: Modules): (Target | null)[] {
  if (!ts.isIdentifier(node) || hidden.has(node.text) || isMemberName(node)) return []
  const target = modules.resolve(node.getSourceFile(), node.text)
  if (target?.kind !== 'helper') return [target]
  const { parent } = node
  const names = ts.isPropertyAccessExpression(parent)
    ? [parent.name.text]
    : modules.exportedNames(target.file)
  return names.map((name) => modules.resolveExport(target.file, name))
}
