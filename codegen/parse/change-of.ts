// Whether the code of a file may change what a top-level name stands for after its declaration. Nothing is executed.
import { ts, type SourceFile, type Statement } from 'ts-morph'
import { localNames } from '../checksum/local-names.js'
import type { Module } from './module.js'
import { isOurs } from './ours.js'
import { loadTime } from './runs-at-load.js'
import { isPrototype, isWritten, withWrappers } from './written.js'

/**
 * The first top-level statement in which the object, list or class that `name` stands for may be changed: it or a part of it
 * is assigned to, it is handed to `Object.assign` and the like, its `prototype` is used, or code that runs when the file
 * is loaded calls a method of it or hands it to a function. Constants that hold it are followed. Null when there is none.
 * What a class does to itself is not looked at.
 */
export function changeOf(name: string, source: SourceFile, module: Module): Statement | null {
  const statements = source.getStatements()
  if (!statements.some((one) => isMentioned(name, one))) return null
  const runs = loadTime(source.compilerNode)
  const isHarmless = (callee: ts.Node): boolean =>
    isOurs(rootOf(callee), module) || HARMLESS.test(callee.getText())
  return search({ statements, runs, isHarmless, seen: new Set() }, name)
}

/** The first top-level statement that assigns to the name itself, as `up = wrap(up)` does. */
export function reassignmentOf(name: string, source: SourceFile): Statement | null {
  const assigns = ({ compilerNode }: Statement): boolean =>
    mentionsOf(name, compilerNode).some((mention) => isWritten(withWrappers(mention)))
  return source.getStatements().find(assigns) ?? null
}

interface Search {
  readonly statements: readonly Statement[]
  readonly runs: (node: ts.Node) => boolean
  /** Whether a call leaves what it is given as it is. */
  readonly isHarmless: (callee: ts.Node) => boolean
  readonly seen: Set<string>
}

function search(state: Search, name: string): Statement | null {
  state.seen.add(name)
  for (const statement of state.statements) {
    if (isClassOf(name, statement.compilerNode)) continue
    for (const mention of mentionsOf(name, statement.compilerNode)) {
      if (changes(mention, state)) return statement
      const holder = holderOf(mention, state)
      const found = holder === null || state.seen.has(holder) ? null : search(state, holder)
      if (found) return found
    }
  }
  return null
}

const isClassOf = (name: string, node: ts.Node): boolean =>
  ts.isClassDeclaration(node) && node.name?.text === name

/** Looked at first: most classes are mentioned nowhere but in their own declaration. */
const isMentioned = (name: string, { compilerNode }: Statement): boolean =>
  !isClassOf(name, compilerNode) && mentionsOf(name, compilerNode).length > 0

/** The uses of a top-level name, without those where something local is called the same. */
function mentionsOf(name: string, root: ts.Node): ts.Identifier[] {
  const found: ts.Identifier[] = []
  const visit = (node: ts.Node): void => {
    if (localNames(node)?.has(name)) return
    if (ts.isIdentifier(node) && node.text === name && isUse(node)) found.push(node)
    ts.forEachChild(node, visit)
  }
  visit(root)
  return found
}

function isUse(node: ts.Identifier): boolean {
  const { parent } = node
  if (ts.isShorthandPropertyAssignment(parent)) return true
  return !('name' in parent && parent.name === node)
}

function changes(mention: ts.Identifier, { runs, isHarmless }: Search): boolean {
  const parts = partsOf(mention)
  const whole = parts.at(-1)!
  if (isWritten(whole) || parts.some(isPrototype)) return true
  const { parent } = whole
  if (!ts.isCallExpression(parent) && !ts.isNewExpression(parent)) return false
  const callee = parent.expression
  if (callee === whole) return parts.length > 1 && !isReading(whole) && runs(parent)
  return REFLECTS.test(callee.getText()) || (!isHarmless(callee) && runs(parent))
}

/** The name with what is around it, from the inside out: `m`, `m.up`, `m.up.name`. */
function partsOf(mention: ts.Identifier): ts.Node[] {
  const parts: ts.Node[] = [withWrappers(mention)]
  for (let inner = parts[0]!; isMemberOf(inner.parent, inner); inner = parts.at(-1)!)
    parts.push(withWrappers(inner.parent))
  return parts
}

const isMemberOf = (outer: ts.Node, inner: ts.Node): boolean =>
  (ts.isPropertyAccessExpression(outer) || ts.isElementAccessExpression(outer)) &&
  outer.expression === inner

/** Calls that change their first argument, whenever they run. */
const REFLECTS = /^(Object|Reflect)\.(assign|define\w*|set\w*|deleteProperty)$/

const HARMLESS = /^(Object|Array|JSON|console)\.\w+$|^(Array|Map|Set|String)$/

/** Whether a method of a list is called that leaves the list as it is. */
const isReading = (callee: ts.Node): boolean =>
  ts.isPropertyAccessExpression(callee) && READS.test(callee.name.text)

const READS =
  /^(at|concat|entries|every|filter|find\w*|flat|flatMap|forEach|includes|(last)?indexOf|join|keys|map|reduce|slice|some|to[A-Z]\w*|values)$/i

function rootOf(callee: ts.Node): string {
  let root = callee
  while (ts.isPropertyAccessExpression(root)) root = root.expression
  return ts.isIdentifier(root) ? root.text : ''
}

/** The constant that holds the thing itself, or holds it inside a list or an object. */
function holderOf(mention: ts.Identifier, { isHarmless }: Search): string | null {
  let outer: ts.Node = withWrappers(mention)
  while (isHolding(outer.parent, outer) || isPassedOn(outer.parent, outer, isHarmless))
    outer = withWrappers(outer.parent)
  const { parent } = outer
  if (!ts.isVariableDeclaration(parent) || parent.initializer !== outer) return null
  return ts.isIdentifier(parent.name) ? parent.name.text : null
}

const isHolding = (outer: ts.Node, inner: ts.Node): boolean =>
  ts.isArrayLiteralExpression(outer) ||
  ts.isObjectLiteralExpression(outer) ||
  ts.isShorthandPropertyAssignment(outer) ||
  (ts.isPropertyAssignment(outer) && outer.initializer === inner)

const isPassedOn = (outer: ts.Node, inner: ts.Node, isHarmless: Search['isHarmless']): boolean =>
  (ts.isCallExpression(outer) || ts.isNewExpression(outer)) &&
  (outer.expression === inner || isHarmless(outer.expression))
