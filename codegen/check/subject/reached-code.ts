// The code that one side of a migration consists of: the function, what it mentions in its file, and what it takes from the
// helpers beside it.
import { posix } from 'node:path'
import { ts } from 'ts-morph'
import { indexModule, type ModuleIndex } from '../../loading/module-index.js'
import type { CodeSide } from '../../model/migration.js'
import type { ReachedCode, ReachOf, Script } from './rule.js'
import { nameText } from '../../loading/erased-syntax.js'
import { ownerOf, type Owner } from '../../loading/owner.js'

/** Tells what each side consists of, and remembers it. What a helper does when it is loaded is no part of a side. */
export function codeReach(scripts: readonly Script[]): ReachOf {
  const known = new WeakMap<CodeSide, readonly ReachedCode[]>()
  const byPath = new Map(scripts.map((script) => [withoutExtension(script.path), script]))
  const modules = new Map<Script, ModuleIndex>()
  const indexOf = (script: Script): ModuleIndex => {
    const index = modules.get(script) ?? indexModule(script.syntax, 'present')
    modules.set(script, index)
    return index
  }
  const folder: Folder = {
    indexOf,
    find: (from, { path }) =>
      /^\.\.?\//.test(from)
        ? byPath.get(withoutExtension(posix.join(posix.dirname(path), from)))
        : undefined,
  }
  return (side) => {
    const told = known.get(side) ?? reach(side, byPath, folder)
    known.set(side, told)
    return told
  }
}

interface Folder {
  indexOf(script: Script): ModuleIndex
  /** The script that an import in another one means. */
  find(from: string, script: Script): Script | undefined
}

const withoutExtension = (path: string): string => path.replace(/\.[cm]?[jt]s$/, '')

function reach(
  { node }: CodeSide,
  byPath: ReadonlyMap<string, Script>,
  folder: Folder,
): ReachedCode[] {
  const own = byPath.get(withoutExtension(node.getSourceFile().getFilePath()))
  if (!own) return []
  const found = new Map<Script, Set<ts.Node>>()
  const waiting = [{ script: own, root: node.compilerNode as ts.Node }]
  for (const { script, root } of waiting) {
    const nodes = found.get(script) ?? new Set()
    found.set(script, nodes)
    if (nodes.has(root)) continue
    const reached = root === script.syntax ? script.nodes : reachedNodes(root, script.syntax)
    for (const one of reached) nodes.add(one)
    for (const name of namesIn(reached)) {
      const imported = folder.indexOf(script).imported.get(name)
      if (imported) waiting.push(...declarationsOf(imported.name, imported.from, script, folder))
    }
  }
  return [...found].map(([script, nodes]) => ({ script, nodes }))
}

interface Declared {
  readonly script: Script
  readonly root: ts.Node
}

/** What a name of another file means; all of that file where that is unknown. */
function declarationsOf(
  name: string,
  from: string,
  importing: Script,
  folder: Folder,
): readonly Declared[] {
  const script = folder.find(from, importing)
  if (!script) return []
  const { exported, declared } = folder.indexOf(script)
  const found = exported.get(name)
  if (found?.from !== undefined) return declarationsOf(found.name, found.from, script, folder)
  const roots = (found && declared.get(found.name)) ?? [script.syntax]
  return roots.map((root) => ({ script, root }))
}

const namesIn = (nodes: readonly ts.Node[]): Set<string> =>
  new Set(nodes.flatMap((node) => (ts.isIdentifier(node) ? [node.text] : [])))

/**
 * The nodes of a function and of everything at the top level of its file, or in its class, that it mentions by name,
 * and what that mentions in turn.
 */
function reachedNodes(root: ts.Node, syntax: ts.SourceFile): ts.Node[] {
  const { declared } = indexModule(syntax, 'present')
  const members = membersIn(syntax, ownerOf(root))
  const nodes = [root]
  const seen = new Set<ts.Node>(nodes)
  for (const node of nodes) {
    ts.forEachChild(node, (child) => void nodes.push(child))
    if (!ts.isIdentifier(node) && !ts.isPrivateIdentifier(node)) continue
    for (const found of mentioned(node, { declared, members })) {
      // A function is not reached through what holds it.
      if (seen.has(found) || isInside(found, root) || isInside(root, found)) continue
      seen.add(found)
      nodes.push(found)
    }
  }
  return nodes
}

type Names = ReadonlyMap<string, readonly ts.Node[]>

/** What a name may mean: of `this.name` a member, of `other.name` nothing, else a declaration. */
function mentioned(
  node: ts.Identifier | ts.PrivateIdentifier,
  { declared, members }: { declared: Names; members: Names },
): readonly ts.Node[] {
  const { parent } = node
  if (!ts.isPropertyAccessExpression(parent) || parent.name !== node)
    return declared.get(node.text) ?? []
  return (parent.expression.kind === ts.SyntaxKind.ThisKeyword && members.get(node.text)) || []
}

const isInside = (node: ts.Node, root: ts.Node): boolean =>
  root.pos <= node.pos && node.end <= root.end

/** Of the classes of the file, and of the object that a function belongs to. */
function membersIn(syntax: ts.SourceFile, owner: Owner | null): Names {
  const found = new Map<string, ts.Node[]>()
  const owners = [...syntax.statements.filter(ts.isClassDeclaration), ...(owner ? [owner] : [])]
  for (const one of new Set(owners))
    for (const member of ts.isObjectLiteralExpression(one) ? one.properties : one.members) {
      const name = member.name && nameText(member.name)
      if (name) found.set(name, [...(found.get(name) ?? []), member])
    }
  return found
}
