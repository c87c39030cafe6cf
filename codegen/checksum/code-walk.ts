// The state of a walk over the code of one side, and how what it mentions is remembered. Describes nothing by itself.
import { ts } from 'ts-morph'
import { unwrap } from './erased-syntax.js'
import { constructionOf, membersNamed, ownerOf, workingMembers, type Owner } from './owner.js'
import { leaf } from './digest.js'
import { Modules, type FindHelper, type Target } from './resolve-name.js'

/** Names of the code around a place, from the inside out. */
export interface LocalNames {
  readonly names: ReadonlySet<string>
  readonly around: LocalNames | null
}

/** One walk: from the function itself to everything it mentions, in order of first mention. */
export interface Walk {
  readonly out: string[]
  readonly modules: Modules
  readonly root: ts.Node
  readonly owner: Owner | null
  /** What has been mentioned, with its number. The function itself is 0. */
  readonly mentioned: Map<ts.Node, number>
  /** What is mentioned and not described yet. */
  readonly pending: ts.Node[]
  /** The files whose code takes part, in order. */
  readonly files: Set<ts.SourceFile>
  /** Where the walk is. */
  file: ts.SourceFile
  locals: LocalNames | null
  /** Whether `this` is the owner here. */
  ownThis: boolean
}

/** A walk that stands before `root`, the function of a side of the migration in `file`. */
export function startWalk(root: ts.Node, file: ts.SourceFile, findHelper: FindHelper): Walk {
  return {
    out: [],
    modules: new Modules(findHelper),
    root,
    owner: ownerOf(root),
    mentioned: new Map([[root, 0]]),
    pending: [],
    files: new Set([file, root.getSourceFile()]),
    file: root.getSourceFile(),
    locals: null,
    ownThis: true,
  }
}

/** Writes down that a node is mentioned, and sees to it that it will be described. */
export function mention(walk: Walk, node: ts.Node): void {
  const known = walk.mentioned.get(node)
  const number = known ?? walk.mentioned.size
  walk.out.push(leaf('see', String(number)))
  if (known !== undefined) return
  walk.mentioned.set(node, number)
  walk.pending.push(node)
}

/** What a name stands for at the top level of the file; null when it is local or a global. */
export function resolveMention(walk: Walk, name: string): Target | null {
  for (let scope = walk.locals; scope; scope = scope.around) if (scope.names.has(name)) return null
  return walk.modules.resolve(walk.file, name)
}

/** Whether an expression is the owner: `this` where that is so, or the name of the class or object. */
export function isOwner(walk: Walk, expression: ts.Node): boolean {
  const node = unwrap(expression)
  if (node.kind === ts.SyntaxKind.ThisKeyword) return walk.ownThis && walk.owner !== null
  return ts.isIdentifier(node) && holdsRoot(walk, resolveMention(walk, node.text))
}

/** Whether a target is the declaration that the walked function is a part of. */
export const holdsRoot = ({ root, owner }: Walk, target: Target | null): boolean =>
  owner !== null &&
  target?.kind === 'declared' &&
  target.nodes.some((node) => ts.findAncestor(root, (outer) => outer === node) !== undefined)

/** Mentions the members of the owner that have a name, and what makes an instance of it. */
export function mentionMember(walk: Walk, name: string): void {
  if (!walk.owner) return
  for (const member of membersNamed(walk.owner, name)) mention(walk, member)
  mentionConstruction(walk)
}

/** Mentions all of the owner that has to do with what the side does. */
export function mentionOwner(walk: Walk): void {
  if (!walk.owner) return
  for (const member of workingMembers(walk.owner)) mention(walk, member)
  mentionConstruction(walk)
}

/** A constructor or a static block can change anything about the members. */
function mentionConstruction(walk: Walk): void {
  if (walk.owner) for (const part of constructionOf(walk.owner)) mention(walk, part)
}
