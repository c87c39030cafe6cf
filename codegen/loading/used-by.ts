// Finds the top-level values of files that code uses, and those that they use in turn. By names and scopes alone.
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
 * The top-level declarations that the code at `root` and the migration's exports in `file` use, directly or indirectly. Without
 * recursion, so that deep nesting does no harm.
 */
export function usedBy(
  [root, file]: readonly [root: ts.Node, file: ts.SourceFile],
  { modules, calls }: Reach,
): ReadonlySet<ts.Node> {
  const used = new Set<ts.Node>()
  const ahead: Place[] = [{ node: root, hidden: new Set() }]
  const add = (target: Target | null): void => {
    for (const node of declarationsOf(target, modules)) {
      if (!used.has(node)) ahead.push({ node, hidden: new Set() })
      used.add(node)
    }
  }
  for (const name of ['default', 'up', 'down']) add(modules.resolveExport(file, name))
  for (let place = ahead.pop(); place; place = ahead.pop()) {
    const { node } = place
    if (isErased(node) || (!calls && ts.isFunctionLike(node) && node !== root)) continue
    add(mentioned(place, modules))
    const names = localNames(node)
    const hidden = names ? new Set([...place.hidden, ...names]) : place.hidden
    ts.forEachChild(node, (child) => void ahead.push({ node: child, hidden }))
  }
  return used
}

/** The target of a name at a place. */
const mentioned = ({ node, hidden }: Place, modules: Modules): Target | null =>
  ts.isIdentifier(node) && !hidden.has(node.text) && !isMemberName(node)
    ? modules.resolveUse(node)
    : null

/** For a helper as a whole, everything that it exports, including the helpers among its exports. */
function declarationsOf(
  target: Target | null,
  modules: Modules,
  visited = new Set<ts.SourceFile>(),
): readonly ts.Node[] {
  if (target?.kind === 'declared') return target.nodes
  if (target?.kind !== 'helper' || visited.has(target.file)) return []
  const { file } = target
  visited.add(file)
  return modules
    .exportedNames(file)
    .flatMap((name) => declarationsOf(modules.resolveExport(file, name), modules, visited))
}
