// Collects the code of one side of a migration: the function, what it mentions in its file, and what it uses from the helpers
// beside it.
import { memo, remembered } from '../../../src/model/collected.js'
import { ts } from 'ts-morph'
import { modulesOf } from '../../loading/helper-files.js'
import type { CodeSide, Discovery } from '../../model/migration.js'
import type { ReachedCode, ReachOf, Script } from './rule.js'
import { nameText } from '../../loading/erased-syntax.js'
import { ownerOf } from '../../loading/owner.js'
import type { Modules } from '../../loading/resolve-name.js'

/** Returns the code of each side, cached. What a helper does when it is loaded is not a part of a side. */
export function codeReach(
  scripts: readonly Script[],
  { aliases }: Pick<Discovery, 'aliases'>,
): ReachOf {
  const known = new WeakMap<CodeSide, readonly ReachedCode[]>()
  const folder = {
    scripts: new Map(scripts.map((script) => [script.syntax, script])),
    modules: modulesOf(new Map(scripts.map(({ path, syntax }) => [path, syntax])), aliases),
  }
  return (side) => remembered(known, side, () => reach(side, folder))
}

interface Folder {
  readonly scripts: ReadonlyMap<ts.SourceFile, Script>
  readonly modules: Modules
}

/** A reached file: its nodes so far, and what `this.name` may refer to in it. */
interface Reached {
  readonly nodes: Set<ts.Node>
  readonly members: ReadonlyMap<string, readonly ts.Node[]>
}

/**
 * The nodes of the function and of everything at the top level of its file, of its class and of other files that it mentions by
 * name, transitively. Without recursion, so that deep nesting does no harm.
 */
function reach({ node }: CodeSide, { scripts, modules }: Folder): ReachedCode[] {
  const root = node.compilerNode
  // A function is not reached through what contains it.
  const around = new Set(outwards(root.parent))
  const found: ReachedCode[] = []
  const reachedIn = memo((file: ts.SourceFile): Reached | null => {
    const script = scripts.get(file)
    const nodes = new Set<ts.Node>()
    if (script) found.push({ script, nodes })
    return script ? { nodes, members: membersIn(file, root) } : null
  })
  const ahead: (Reached & { readonly node: ts.Node; readonly file: ts.SourceFile })[] = []
  const add = (one: ts.Node, file: ts.SourceFile): void => {
    const reached = reachedIn(file)
    if (!reached || reached.nodes.has(one) || around.has(one)) return
    reached.nodes.add(one)
    ahead.push({ ...reached, node: one, file })
  }
  add(root, root.getSourceFile())
  for (const { node: one, file, members } of ahead) {
    ts.forEachChild(one, (child) => add(child, file))
    for (const further of mentioned(one, members, modules)) add(further, further.getSourceFile())
  }
  return found
}

function outwards(node: ts.Node): ts.Node[] {
  const found = [node]
  for (const one of found) if (one.parent) found.push(one.parent)
  return found
}

/** What a name may refer to: `this.name` a member, `other.name` nothing, otherwise a declaration, or a whole file. */
function mentioned(
  node: ts.Node,
  members: Reached['members'],
  modules: Modules,
): readonly ts.Node[] {
  const { parent } = node
  if (!ts.isIdentifier(node) && !ts.isPrivateIdentifier(node)) return []
  if (ts.isPropertyAccessExpression(parent) && parent.name === node)
    return (parent.expression.kind === ts.SyntaxKind.ThisKeyword && members.get(node.text)) || []
  const target = ts.isIdentifier(node) ? modules.resolveUse(node) : null
  if (target?.kind === 'declared') return target.nodes
  return target?.file?.statements ?? []
}

/** Those of the classes in the file, and of the object that the function belongs to. */
function membersIn(file: ts.SourceFile, root: ts.Node): Reached['members'] {
  const found = new Map<string, ts.Node[]>()
  const owner = root.getSourceFile() === file ? ownerOf(root) : null
  const owners = [...file.statements.filter(ts.isClassDeclaration), ...(owner ? [owner] : [])]
  for (const one of new Set(owners))
    for (const member of ts.isObjectLiteralExpression(one) ? one.properties : one.members) {
      const name = member.name && nameText(member.name)
      if (name) remembered(found, name, () => []).push(member)
    }
  return found
}
