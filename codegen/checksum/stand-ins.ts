// Decides which objects may stand in for a database handle, so that a method called on them may do anything with a text.
import { remembered } from '../../src/model/collected.js'
import { ts } from 'ts-morph'
import { answersOf } from '../loading/answers-of.js'
import { memberName, nameText, unwrap } from '../loading/erased-syntax.js'
import {
  argumentsOf,
  calleeOf,
  isCall,
  isFunctionValue,
  isListing,
  nameOf,
  type Call,
} from '../loading/load-syntax.js'
import { mayTakeText, textOf, type Change } from './changes-in.js'
import type { Given, Source } from './sources-in.js'
import type { Callee, Callees } from './value-sources.js'
import { once } from '../model/once.js'

/** Decides which callees method calls reach, in files that make these changes to objects. */
export const calleesAmong =
  (all: readonly Change[]): Callees =>
  (of) => {
    const changes = all.filter(mayTakeText)
    const targets = changes.map(({ target }) => target)
    const changed = reached(targets, of).names
    const isOfAll = changes.some(({ target }) => isPrototype(target))
    const known = new Map<string, Callee>()
    const tell = (on: ts.Node, method: string): Callee => {
      const { names, written } = reached([on], of)
      if ([...names].some((name) => MAKERS.test(name) || changed.has(name))) return 'unseen'
      const found = new Set([...written].map((one) => calleeIn(one, method, changes)))
      if (found.has('unseen')) return 'unseen'
      if (!found.has('own')) return 'client'
      const isSame = all.every(({ key }) => key !== method)
      const hasMethod = (one: ts.Node): boolean =>
        written.has(one) &&
        calleeIn(one, method, changes) === 'own' &&
        membersOf(one).every((member) => nameIn(member) !== null)
      return isSame && isSurelyOwn(on, hasMethod, of) ? 'surely own' : 'own'
    }
    return (call) => {
      const callee = calleeOf(call)
      if (!ts.isPropertyAccessExpression(callee)) return 'client'
      if (isOfAll) return 'unseen'
      const on = unwrap(callee.expression)
      const method = callee.name.text
      if (SAME.test(method) && nameOf(on) === 'Object') return 'client'
      if (!ts.isIdentifier(on)) return tell(on, method)
      return remembered(known, `${on.text}.${method}`, () => tell(on, method))
    }
  }

/** Names that create an object that acts for another, or takes its members from others. */
const MAKERS = /^(Object|Proxy|Reflect)$/

/** Whether changing this target changes all objects that inherit from it. */
const isPrototype = (target: ts.Node): boolean =>
  /\bprototype\b|__proto__|getPrototypeOf/.test(target.getText())

/** The callee of a method on what a class or an object literal creates, or a function that changes what it creates. */
function calleeIn(node: ts.Node, method: string, changes: readonly Change[]): Callee {
  const isChanged = changes.some(
    ({ target, key }) =>
      (key === method || (key === null && target.kind === ts.SyntaxKind.ThisKeyword)) &&
      ts.findAncestor(target, (one) => one === node) !== undefined,
  )
  if (isChanged) return 'unseen'
  if (!isObject(node)) return 'client'
  const members = membersOf(node)
  const named = members.filter((one) => nameIn(one) === method)
  if (named.length > 0) return named.every(isWrittenOut) ? 'own' : 'unseen'
  return members.some((one) => nameIn(one) === null) ? 'unseen' : 'client'
}

/** Whether everything that an expression may refer to is written out here, with a method that is written out too. */
function isSurelyOwn(
  start: ts.Node,
  hasMethod: (object: ts.Node) => boolean,
  of: (name: string) => readonly Given[],
): boolean {
  const seen = new Set<Source>()
  const ahead: Source[] = [start]
  for (let next = ahead.pop(); next !== undefined; next = ahead.pop()) {
    const at = typeof next === 'string' ? next : unwrap(next)
    if (seen.has(at)) continue
    seen.add(at)
    const isFound = typeof at !== 'string' && hasMethod(at)
    const others = isFound ? answersOfMaking(at) : all(at, of)
    if (!isFound && others.length === 0) return false
    ahead.push(...others)
  }
  return true
}

const answersOfMaking = (node: ts.Node): ts.Node[] =>
  ts.isClassLike(node) ? node.members.filter(ts.isConstructorDeclaration).flatMap(answersOf) : []

/** Everything that a name or an expression refers to or is created by; empty if something else may take its place. */
function all(at: Source, of: (name: string) => readonly Given[]): readonly Source[] {
  if (typeof at === 'string') {
    const given = of(at).filter(({ source, way }) => way !== 'holds' || isDeclaration(source))
    const isPart = given.some(({ way }) => way === 'part' || way === 'key')
    return isPart ? [] : given.map(({ source }) => source)
  }
  if (ts.isIdentifier(at) || ts.isPropertyAccessExpression(at)) return [nameOf(at)]
  if (at.kind === ts.SyntaxKind.ThisKeyword) return [ts.findAncestor(at, isObject) ?? '']
  if (!isCall(at)) return alternatives(at)
  const callee = calleeOf(at)
  return ts.isIdentifier(callee) || ts.isNewExpression(at) ? [callee] : []
}

const membersOf = (node: ts.Node): readonly ts.Node[] =>
  ts.isClassLike(node) ? node.members : ts.isObjectLiteralExpression(node) ? node.properties : []

/** The name of a member; null if it is computed, or refers to a member of another object. */
function nameIn(member: ts.Node): string | null {
  if (ts.isSpreadAssignment(member)) return null
  const { name } = member as ts.NamedDeclaration
  const text = name && (ts.isComputedPropertyName(name) ? textOf(name.expression) : nameText(name))
  return text === '__proto__' ? null : (text ?? (name ? null : ''))
}

const isWrittenOut = (member: ts.Node): boolean =>
  ts.isMethodDeclaration(member) ||
  ((ts.isPropertyAssignment(member) || ts.isPropertyDeclaration(member)) &&
    member.initializer !== undefined &&
    isFunctionValue(unwrap(member.initializer)))

/**
 * What to look for in an expression: the `whole` that it refers to; a `part` of it, as a pattern takes it; `any`, as a computed
 * key takes it; only the `holder` itself, because the part has a name of its own.
 */
type Wanted = 'whole' | 'part' | 'any' | 'holder'

interface Step {
  readonly at: Source
  readonly is: Wanted
}

const steps = (is: Wanted, at: readonly Source[]): Step[] => at.map((one) => ({ at: one, is }))

/** The other names of objects, and where they are written out. */
function reached(
  starts: readonly ts.Node[],
  of: (name: string) => readonly Given[],
): { readonly names: ReadonlySet<string>; readonly written: ReadonlySet<ts.Node> } {
  const names = new Set<string>()
  const written = new Set<ts.Node>()
  const seen = new Map<Wanted, Set<Source>>()
  const ahead = steps('whole', starts)
  for (let step = ahead.pop(); step; step = ahead.pop()) {
    const at = typeof step.at === 'string' ? step.at : unwrap(step.at)
    const { is } = step
    const known = remembered(seen, is, () => new Set())
    if (at === '' || known.has(at)) continue
    known.add(at)
    if (typeof at !== 'string') {
      if (is === 'whole') written.add(at)
      ahead.push(...further(at, is, of))
      continue
    }
    if (is === 'whole' || at === 'Proxy') names.add(at)
    ahead.push(...of(at).flatMap((given) => through(given, is)))
  }
  return { names, written }
}

/** Goes from a name to its values; where something is done with it, only to its declaration. */
function through({ source, way }: Given, is: Wanted): Step[] {
  if (way === 'same') return steps(is, [source])
  if (way === 'key') return []
  if (way === 'part') return is === 'holder' ? [] : steps('part', [source])
  if (isDeclaration(source)) return steps(is, [source])
  return is === 'part' || is === 'any' ? held([source]) : []
}

const declaring = once(() => [
  ts.isClassDeclaration,
  ts.isFunctionDeclaration,
  ts.isGetAccessor,
  ts.isMethodDeclaration,
])

const isDeclaration = (source: Source): boolean =>
  typeof source !== 'string' && declaring().some((isOne) => isOne(source))

/** An element of a list may be the wanted object, or hold it. */
const held = (at: readonly Source[]): Step[] => [...steps('whole', at), ...steps('part', at)]

function further(node: ts.Node, is: Wanted, of: (name: string) => readonly Given[]): Step[] {
  if (ts.isIdentifier(node)) return steps(is, [node.text])
  if (ts.isPropertyAccessExpression(node)) {
    const isKnown = of(node.name.text).length > 0
    const holder = steps(isKnown ? 'holder' : 'part', [node.expression])
    return [...steps(is, [node.name.text]), ...holder]
  }
  if (ts.isElementAccessExpression(node)) {
    const key = memberName(node)
    return [...steps('any', [node.expression]), ...steps(is, key === null ? [] : [key])]
  }
  if (isCall(node)) return throughCall(node, is)
  if (ts.isArrayLiteralExpression(node)) return inList(is) ? held(node.elements) : []
  if (ts.isObjectLiteralExpression(node)) {
    const values = node.properties.flatMap((one) =>
      ts.isPropertyAssignment(one)
        ? [one.initializer]
        : ts.isShorthandPropertyAssignment(one)
          ? [one.name]
          : [],
    )
    return is === 'any' ? held(values) : steps('part', is === 'part' ? values : [])
  }
  if (node.kind === ts.SyntaxKind.ThisKeyword)
    return steps(
      is,
      [ts.findAncestor(node, isObject)].filter((one) => one !== undefined),
    )
  return steps(is, alternatives(node))
}

const inList = (is: Wanted): boolean => is === 'part' || is === 'any'

const isObject = (node: ts.Node): boolean =>
  ts.isClassLike(node) || ts.isObjectLiteralExpression(node)

/** The expressions that may be the value of an expression, or of which a class takes its members. */
function alternatives(node: ts.Node): readonly ts.Node[] {
  if (ts.isConditionalExpression(node)) return [node.whenTrue, node.whenFalse]
  if (ts.isBinaryExpression(node)) return [node.left, node.right]
  if (ts.isAwaitExpression(node) || ts.isSpreadElement(node)) return [node.expression]
  if (ts.isClassLike(node))
    return [
      ...(node.heritageClauses ?? []).flatMap(({ types }) => types),
      ...node.members.filter(ts.isConstructorDeclaration).flatMap(answersOf),
    ]
  return ts.isFunctionLike(node) ? answersOf(node) : []
}

/** `Object.freeze(x)` and the like return their argument. */
const SAME = /^(freeze|getPrototypeOf|preventExtensions|resolve|seal)$/

/** Takes one thing from many. */
const TAKING = /^(at|find|findLast|get|next|pop|shift)$/

function throughCall(call: Call, is: Wanted): Step[] {
  const callee = calleeOf(call)
  const given = argumentsOf(call).filter((one) => !isFunctionValue(unwrap(one)))
  const name = nameOf(callee)
  const on = ts.isPropertyAccessExpression(callee) ? callee.expression : null
  if (SAME.test(name)) return name === 'resolve' && inList(is) ? held(given) : steps(is, given)
  if (on && MAKERS.test(nameOf(on)))
    return steps(is, is === 'whole' || nameOf(on) === 'Proxy' ? [on] : given)
  if (ts.isNewExpression(call))
    return [...steps(is, [callee]), ...(inList(is) ? steps(is, given) : [])]
  if (on && (TAKING.test(name) || isListing(call)))
    return [...steps('any', [on, ...given]), ...held(madeBy(call))]
  return steps(is, [callee])
}

/** `LIST.map((one) => …)` returns what the function returns. */
const madeBy = (call: Call): readonly ts.Node[] =>
  argumentsOf(call).map(unwrap).filter(isFunctionValue).flatMap(answersOf)
