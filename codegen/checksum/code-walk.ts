// Holds the state of a walk over the code of one side, and records what it mentions. Describes nothing itself.
import { ts } from 'ts-morph'
import { unwrap } from '../loading/erased-syntax.js'
import {
  constructionOf,
  membersAnswering,
  membersNamed,
  ownerOf,
  statementsOf,
  workingMembers,
  type Owner,
} from '../loading/owner.js'
import { leaf } from './digest.js'
import type { KnownFiles, Loading } from './loading.js'
import type { Modules, Target } from '../loading/resolve-name.js'

/** Names of the code around a place, from the inside out. */
export interface LocalNames {
  readonly names: ReadonlySet<string>
  /** What earlier builds took for names here: the same or more. */
  readonly formerly: ReadonlySet<string>
  readonly around: LocalNames | null
}

/** One walk: from the function itself to everything it mentions, in the order of first mention. */
export interface Walk {
  readonly out: string[]
  readonly modules: Modules
  readonly root: ts.Node
  readonly omitted: ReadonlySet<ts.Node>
  /** The file of the migration. */
  readonly start: ts.SourceFile
  /** What is loaded with the migration; null for the description of builds that did not consider it. */
  readonly loading: Loading | null
  readonly owner: Owner | null
  /** The mentioned nodes with their numbers. The function itself is 0. */
  readonly mentioned: Map<ts.Node, number>
  /** The nodes mentioned but not yet described. */
  readonly pending: ts.Node[]
  /** The statements at the top level that have been described, each with its number. */
  readonly effects: Map<ts.Node, number>
  /** The files whose code takes part, in order. */
  readonly files: Set<ts.SourceFile>
  /** The file that the walk is in. */
  file: ts.SourceFile
  locals: LocalNames | null
  /** Whether `this` is the owner here, and whether it is in computed member names of the enclosing class. */
  ownThis: boolean
  keyThis: boolean
  /** Whether earlier builds took `this` for the owner here. */
  formerThis: boolean
  /** Whether the owner as a whole is used as a value somewhere. */
  handsOn: boolean
  /** Whether the walk met anything that earlier builds did not look at. */
  sawMore: boolean
}

/** The start of a walk: the function of a side of the migration in `file`. */
export interface Start {
  readonly root: ts.Node
  readonly file: ts.SourceFile
  readonly known: KnownFiles
  /** Values of members that do not affect the result. */
  readonly omitted?: ReadonlySet<ts.Node>
}

/** Creates a walk that has not visited anything yet. */
export function startWalk({ root, file, known, omitted = new Set() }: Start): Walk {
  const { modules } = known
  return {
    out: [],
    modules,
    root,
    omitted,
    start: file,
    loading: modules.build === 'earlier' ? null : known.loading(file),
    owner: ownerOf(root),
    mentioned: new Map([[root, 0]]),
    pending: [],
    effects: new Map(),
    files: new Set([file, root.getSourceFile()]),
    file: root.getSourceFile(),
    locals: null,
    ownThis: true,
    keyThis: false,
    formerThis: true,
    handsOn: false,
    sawMore: false,
  }
}

/** Moves to the file and scope of a node, at the top level or in the owner, that is about to be described. */
export function enter(walk: Walk, node: ts.Node): void {
  const file = node.getSourceFile()
  const ownThis = node.parent === walk.owner
  Object.assign(walk, { file, ownThis, keyThis: false, formerThis: ownThis, locals: null })
  walk.files.add(file)
  // Earlier builds knew one declaration of a variable declared twice, and the default export of data.
  const { repeats, parts } = walk.modules.index(file)
  walk.sawMore ||= repeats || parts !== null
}

/** Records that a node is mentioned, and queues it for description. */
export function mention(walk: Walk, node: ts.Node): void {
  const known = walk.mentioned.get(node)
  const number = known ?? walk.mentioned.size
  walk.out.push(leaf('see', String(number)))
  if (known !== undefined) return
  walk.mentioned.set(node, number)
  walk.pending.push(node)
}

/** The declaration that a name refers to at the top level of the file; null if it is local or global. */
export function resolveMention(walk: Walk, name: string): Target | null {
  for (let scope = walk.locals; scope; scope = scope.around) {
    if (scope.names.has(name)) return null
    walk.sawMore ||= scope.formerly !== scope.names && scope.formerly.has(name)
  }
  return walk.modules.resolve(walk.file, name)
}

/** Whether `this` is the owner at this point of the walk. */
export function hasOwnThis(walk: Walk): boolean {
  walk.sawMore ||= walk.ownThis !== walk.formerThis
  return walk.ownThis
}

/** Whether an expression is the owner: `this` where it is bound to it, or the name of the class or object. */
export function isOwner(walk: Walk, expression: ts.Node): boolean {
  const node = unwrap(expression)
  if (node.kind === ts.SyntaxKind.ThisKeyword) return hasOwnThis(walk) && walk.owner !== null
  return ts.isIdentifier(node) && holdsRoot(walk, resolveMention(walk, node.text))
}

/** Whether a target is the declaration that contains the walked function. */
export const holdsRoot = ({ root, owner }: Walk, target: Target | null): boolean =>
  owner !== null &&
  target?.kind === 'declared' &&
  target.nodes.some((node) => ts.findAncestor(root, (outer) => outer === node) !== undefined)

/** Mentions the members of the owner with a given name, and whatever creates an instance of it. */
export function mentionMember(walk: Walk, name: string): void {
  if (!walk.owner) return
  const named = membersNamed(walk.owner, name)
  const members = walk.loading
    ? [...membersAnswering(walk.owner, name), ...statementsOf(walk.owner, name)]
    : named
  walk.sawMore ||= members.length > named.length
  for (const member of members) mention(walk, member)
  mentionConstruction(walk)
}

/** Mentions every part of the owner that affects what the side does. */
export function mentionOwner(walk: Walk): void {
  if (!walk.owner) return
  walk.handsOn = true
  for (const member of workingMembers(walk.owner)) mention(walk, member)
  mentionConstruction(walk)
}

/** Mentions what an object inherits from, for `super`. */
export function mentionPrototype(walk: Walk): void {
  if (!walk.owner || !walk.loading) return
  for (const member of membersNamed(walk.owner, '__proto__')) {
    walk.sawMore = true
    mention(walk, member)
  }
}

/** A constructor or a static block can change anything about the members. */
function mentionConstruction(walk: Walk): void {
  if (walk.owner) for (const part of constructionOf(walk.owner)) mention(walk, part)
}
