// Walks the code that runs when a file is loaded, including the functions of all files that it calls. Nothing is executed.
import { ts } from 'ts-morph'
import { isErased } from './erased-syntax.js'
import { CALLING } from './harmless-calls.js'
import {
  argumentsOf,
  calleeOf,
  isCall,
  isFunctionValue,
  isInstanceField,
  writtenBy,
  type Call,
  type Code,
} from './load-syntax.js'
import { localNames } from './local-names.js'
import type { Modules } from './resolve-name.js'
import {
  isLocalName,
  UNKNOWN,
  Values,
  type Around,
  type Function,
  type Value,
} from './values-at-load.js'

/** A node that runs, with its context. */
export interface Step {
  readonly node: ts.Node
  /** The outermost code of the file that was asked about by which it runs: a call, or the node itself. */
  readonly from: ts.Node
  /** Whether it runs when the file is loaded, and not only when somebody calls the enclosing function. */
  readonly atLoad: boolean
  /** The value that an expression has there. */
  value(expression: ts.Node): Value
  /** Whether a name there is local to a function or a block. */
  isLocal(name: string): boolean
}

/** More than anybody writes by hand: stops at code that calls itself through others in ever new ways. */
const MOST_CALLS = 2000

/** The input of a walk. */
export interface Course {
  readonly modules: Modules
  /** Whether functions of the file that have no visible caller count as well. */
  readonly uncalled: boolean
}

/** Calls `see` for every node that runs when a file is loaded. */
export function goThrough(file: ts.SourceFile, course: Course, see: (step: Step) => void): void {
  const run = new LoadRun(course, see)
  const around: Around = { file, locals: null, self: UNKNOWN }
  for (const statement of file.statements)
    run.visit(statement, { around, from: null, atLoad: true })
}

interface Place {
  readonly around: Around
  readonly from: ts.Node | null
  readonly atLoad: boolean
}

class LoadRun {
  readonly #values: Values
  readonly #isWhole: boolean
  readonly #see: (step: Step) => void
  readonly #running = new Set<ts.Node>()
  #calls = 0

  constructor({ modules, uncalled }: Course, see: (step: Step) => void) {
    this.#values = new Values(modules)
    this.#isWhole = uncalled
    this.#see = see
  }

  visit(node: ts.Node, place: Place): void {
    if (isErased(node) || (ts.isTypeNode(node) && !ts.isExpressionWithTypeArguments(node))) return
    if (ts.isFunctionLike(node) || isInstanceField(node)) return this.#waiting(node, place)
    const inside = withNames(node, place)
    const { around, from, atLoad } = inside
    const value = (expression: ts.Node): Value => this.#values.of(expression, around)
    const isLocal = (name: string): boolean => isLocalName(name, around)
    this.#see({ node, from: from ?? node, atLoad, value, isLocal })
    if (isCall(node)) this.#call(node, inside)
    if (ts.isPropertyAccessExpression(node)) {
      const is = writtenBy(node.parent) === node ? ts.isSetAccessor : ts.isGetAccessor
      const run = this.#values.accessors(node, around).filter(({ code }) => is(code))
      for (const one of run) this.#run(one, [], { node, place })
    }
    this.#parts(node, inside)
    if (ts.isVariableDeclaration(node)) this.#values.give(node, around)
  }

  /** From the outside in without recursion, because texts may be concatenated from thousands of parts. */
  #parts(node: ts.Node, place: Place): void {
    let inner = node
    for (; ts.isBinaryExpression(inner) && isPlus(inner.left); inner = inner.left)
      this.visit(inner.right, place)
    ts.forEachChild(inner, (child) => this.visit(child, place))
  }

  /** For deferred code, decorators and a computed name run at once. */
  #waiting(node: ts.SignatureDeclaration | ts.PropertyDeclaration, place: Place): void {
    const decorators = (ts.canHaveDecorators(node) && ts.getDecorators(node)) || []
    for (const one of decorators) this.visit(one, place)
    if (node.name && ts.isComputedPropertyName(node.name)) this.visit(node.name, place)
    if (isInstanceField(node)) this.#later(node.initializer, place)
    else if ('body' in node && this.#isWhole)
      this.#later(node.body as ts.Node | undefined, withNames(node, place))
  }

  #later(node: ts.Node | undefined, place: Place): void {
    if (node && this.#isWhole && place.from === null) this.visit(node, { ...place, atLoad: false })
  }

  #call(node: Call, place: Place): void {
    const callee = calleeOf(node)
    const args = argumentsOf(node).map((one) => this.#values.of(one, place.around))
    const called = isFunctionValue(callee)
      ? [{ code: callee, around: place.around }]
      : this.#values.called(callee, place.around)
    for (const one of called) this.#run(one, args, { node, place })
    if (called.length > 0 || !callsBack(callee)) return
    const parts = this.#handedBack(callee, args, place.around)
    const given = args.flatMap(({ functions }) => functions)
    for (const one of given) this.#run(one, parts, { node, place })
  }

  /** The arguments that a platform function passes to a callback: parts of the list that it iterates. */
  #handedBack(callee: ts.Node, args: readonly Value[], around: Around): Value[] {
    if (!ts.isPropertyAccessExpression(callee)) return []
    const [first, second] = args
    const { name, expression } = callee
    const list = name.text === 'from' && first ? first : this.#values.of(expression, around)
    const part = { ...list, functions: [], owners: [] }
    if (name.text.startsWith('reduce')) return [second ?? part, part, UNKNOWN, list]
    return [part, /sort/i.test(name.text) ? part : UNKNOWN, list]
  }

  #run(
    { code, around }: Function,
    args: readonly Value[],
    by: { node: ts.Node; place: Place },
  ): void {
    if (this.#running.has(code) || this.#calls++ > MOST_CALLS) return
    this.#running.add(code)
    const { place, node } = by
    const isHere = isInside(code, node)
    const from = isHere ? place.from : (place.from ?? node)
    const inside = { from, atLoad: place.atLoad, around }
    if (ts.isClassLike(code)) this.#make(code, args, inside)
    else this.#body(code, args, inside)
    this.#running.delete(code)
  }

  #make(node: ts.ClassLikeDeclaration, args: readonly Value[], place: Place): void {
    for (const member of node.members) {
      if (isInstanceField(member) && member.initializer) this.visit(member.initializer, place)
      if (ts.isConstructorDeclaration(member)) this.#body(member, args, place)
    }
    for (const { token, types } of node.heritageClauses ?? []) {
      if (token !== ts.SyntaxKind.ExtendsKeyword) continue
      const bases = types.flatMap((one) => this.#values.called(one.expression, place.around))
      for (const base of bases)
        if (ts.isClassLike(base.code))
          this.#make(base.code, args, { ...place, around: base.around })
    }
  }

  #body(code: Code, args: readonly Value[], place: Place): void {
    const inside = withNames(code, place)
    code.parameters.forEach(({ name, initializer }, at) => {
      if (initializer) this.visit(initializer, inside)
      this.#values.bind(name, args[at] ?? UNKNOWN, inside.around)
    })
    if (code.body) this.visit(code.body, inside)
  }
}

const isPlus = (node: ts.Node): node is ts.BinaryExpression =>
  ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken

const isInside = (node: ts.Node, outer: ts.Node): boolean =>
  node.getSourceFile() === outer.getSourceFile() && outer.pos <= node.pos && node.end <= outer.end

function withNames(node: ts.Node, place: Place): Place {
  const names = localNames(node)
  if (!names) return place
  const { around } = place
  const known = new Map<string, Value>([...names].map((name) => [name, UNKNOWN]))
  const inside = { ...around, locals: { names: known, outer: around.locals } }
  for (const code of functionsIn(node))
    known.set(code.name!.text, { ...UNKNOWN, functions: [{ code, around: inside }] })
  return { ...place, around: inside }
}

const functionsIn = (node: ts.Node): ts.FunctionDeclaration[] =>
  ts.isBlock(node)
    ? node.statements.filter((one) => ts.isFunctionDeclaration(one)).filter(({ name }) => name)
    : []

/** Whether a platform function calls its argument at once. */
function callsBack(callee: ts.Node): boolean {
  if (ts.isIdentifier(callee)) return callee.text === 'Promise'
  if (!ts.isPropertyAccessExpression(callee)) return false
  return (
    CALLING.test(callee.name.text) || /^(then|catch|finally|call|apply)$/.test(callee.name.text)
  )
}
