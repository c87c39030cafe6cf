// Finds what expressions refer to while a file is loaded, as far as the syntax shows: which top-level values, and which
// functions.
import { ts } from 'ts-morph'
import { unwrap } from './erased-syntax.js'
import {
  calleeOf,
  codeOf,
  isFunctionValue,
  mayYieldRight,
  valueOf,
  type Code,
} from './load-syntax.js'
import { namesOf } from './local-names.js'
import { membersNamed, type Owner } from './owner.js'
import type { Modules, Target } from './resolve-name.js'
import { answersOf } from './answers-of.js'

/** A function or a class, with the meaning of the names in it. */
export interface Function {
  readonly code: Code | ts.ClassLikeDeclaration
  readonly around: Around
}

/** What an expression refers to. */
export interface Value {
  /** The top-level declarations that it is the value of, or part of the value of. */
  readonly declared: readonly ts.Node[]
  readonly functions: readonly Function[]
  /** The objects and classes in which its members are written. */
  readonly owners: readonly Owner[]
  /** A file that stands for everything that it exports. */
  readonly file: ts.SourceFile | null
}

/** A value about which nothing is known, or which nobody else has. */
export const UNKNOWN: Value = { declared: [], functions: [], owners: [], file: null }

/** The names of functions and blocks, from the inside out. */
export interface Locals {
  readonly names: Map<string, Value>
  readonly outer: Locals | null
}

/** The context of code: its file, its local names, and `this`. */
export interface Around {
  readonly file: ts.SourceFile
  readonly locals: Locals | null
  readonly self: Value
}

/** Whether a name is local to a function or a block. */
export function isLocalName(name: string, { locals }: Around): boolean {
  for (let scope = locals; scope; scope = scope.outer) if (scope.names.has(name)) return true
  return false
}

const atTop = (file: ts.SourceFile): Around => ({ file, locals: null, self: UNKNOWN })

/** Methods that return a part of their object. */
const PARTS = /^(at|find|findLast|get|pop|shift)$/

/** Functions that return their first argument. */
const SAME = /^Object\.(assign|freeze|seal|preventExtensions|defineProperty|defineProperties)$/

/** Resolves names, members, and results of functions. */
export class Values {
  readonly #modules: Modules
  readonly #busy = new Set<ts.Node>()

  constructor(modules: Modules) {
    this.#modules = modules
  }

  /** The value of an expression. */
  of(given: ts.Node, around: Around): Value {
    const node = unwrap(given)
    if (this.#busy.has(node)) return UNKNOWN
    this.#busy.add(node)
    const value = this.#read(node, around)
    this.#busy.delete(node)
    return value
  }

  /** The functions and classes that calling this expression runs. */
  called(callee: ts.Node, around: Around): Function[] {
    if (!ts.isPropertyAccessExpression(callee) || !/^(call|apply|bind)$/.test(callee.name.text))
      return [...this.of(callee, around).functions]
    return [...this.of(callee.expression, around).functions]
  }

  /** The getters and setters of a member. */
  accessors({ expression, name }: ts.PropertyAccessExpression, around: Around): Function[] {
    const self = this.of(expression, around)
    return self.owners
      .flatMap((owner) => membersNamed(owner, name.text))
      .filter(ts.isAccessor)
      .map((code) => ({ code, around: { ...atTop(code.getSourceFile()), self } }))
  }

  /** Records the values that a declaration gives to local names. */
  give(node: ts.VariableDeclaration, around: Around): void {
    const from = valueOf(node)
    if (from) this.bind(node.name, this.of(from, around), around)
  }

  /** Records the values given to local names, alone or in a pattern. */
  bind(name: ts.BindingName, value: Value, { locals }: Around): void {
    for (const one of namesOf(name)) {
      let scope = locals
      while (scope && !scope.names.has(one)) scope = scope.outer
      scope?.names.set(one, ts.isIdentifier(name) ? value : this.#taken(name, value, one))
    }
  }

  #read(node: ts.Node, around: Around): Value {
    if (isFunctionValue(node)) return { ...UNKNOWN, functions: [{ code: node, around }] }
    if (ts.isClassExpression(node))
      return { ...UNKNOWN, functions: [{ code: node, around }], owners: [node] }
    if (ts.isObjectLiteralExpression(node)) return { ...UNKNOWN, owners: [node] }
    if (node.kind === ts.SyntaxKind.ThisKeyword) return around.self
    if (ts.isIdentifier(node)) return this.#named(node.text, around)
    if (ts.isPropertyAccessExpression(node))
      return this.#member(this.of(node.expression, around), node.name.text)
    if (ts.isElementAccessExpression(node)) return this.#element(node, around)
    if (ts.isConditionalExpression(node))
      return joined([this.of(node.whenTrue, around), this.of(node.whenFalse, around)])
    if (ts.isBinaryExpression(node) && mayYieldRight(node))
      return joined([this.of(node.left, around), this.of(node.right, around)])
    if (ts.isNewExpression(node)) return { ...UNKNOWN, owners: this.#classes(node, around) }
    return ts.isCallExpression(node) ? this.#answer(node, around) : UNKNOWN
  }

  #element({ expression, argumentExpression }: ts.ElementAccessExpression, around: Around): Value {
    const key = unwrap(argumentExpression)
    return this.#member(this.of(expression, around), ts.isStringLiteralLike(key) ? key.text : '')
  }

  #classes({ expression }: ts.NewExpression, around: Around): Owner[] {
    return this.called(unwrap(expression), around).flatMap(({ code }) =>
      ts.isClassLike(code) ? [code] : [],
    )
  }

  #named(name: string, around: Around): Value {
    for (let scope = around.locals; scope; scope = scope.outer) {
      const value = scope.names.get(name)
      if (value) return value
    }
    return this.#target(this.#modules.resolve(around.file, name), name)
  }

  #target(target: Target | null, name: string): Value {
    if (target?.kind === 'helper') return { ...UNKNOWN, file: target.file }
    if (target?.kind !== 'declared') return UNKNOWN
    return joined(target.nodes.map((node) => this.#declaration(node, name)))
  }

  #declaration(node: ts.Node, name: string): Value {
    const own = { ...UNKNOWN, declared: [node] }
    const code = codeOf(node)
    const around = atTop(node.getSourceFile())
    if (code) {
      const owners = ts.isClassLike(code) ? [code] : []
      return { ...own, functions: [{ code, around }], owners }
    }
    if (ts.isExportAssignment(node)) return joined([own, this.of(node.expression, around)])
    if (!ts.isVariableDeclaration(node) || !node.initializer) return own
    const value = this.of(node.initializer, around)
    if (ts.isIdentifier(node.name)) return joined([own, value])
    return joined([own, this.#taken(node.name, value, name)])
  }

  /** The value that a pattern gives to a name. */
  #taken(pattern: ts.BindingPattern, value: Value, name: string): Value {
    if (!ts.isObjectBindingPattern(pattern)) return value
    const element = pattern.elements.find((one) => one.name.getText() === name)
    return element ? this.#member(value, (element.propertyName ?? element.name).getText()) : value
  }

  #member(holder: Value, name: string): Value {
    if (holder.file) return this.#target(this.#modules.resolveExport(holder.file, name), name)
    const values = holder.owners
      .flatMap((owner) => membersNamed(owner, name))
      .map((member) => this.#ofMember(member, holder))
    return joined([{ ...holder, functions: [], owners: [] }, ...values])
  }

  #ofMember(member: ts.Node, self: Value): Value {
    const around = { ...atTop(member.getSourceFile()), self }
    if (ts.isMethodDeclaration(member)) return { ...UNKNOWN, functions: [{ code: member, around }] }
    if (ts.isShorthandPropertyAssignment(member)) return this.#named(member.name.text, around)
    if (!ts.isPropertyAssignment(member) && !ts.isPropertyDeclaration(member)) return UNKNOWN
    return member.initializer ? this.of(member.initializer, around) : UNKNOWN
  }

  #answer(node: ts.CallExpression, around: Around): Value {
    const callee = calleeOf(node)
    const [first] = node.arguments
    if (first && SAME.test(callee.getText())) return this.of(first, around)
    const answers = this.called(callee, around).flatMap(({ code, around: inside }) =>
      ts.isClassLike(code) ? [] : answersOf(code).map((one) => this.of(one, inside)),
    )
    const isPart = ts.isPropertyAccessExpression(callee) && PARTS.test(callee.name.text)
    return isPart ? joined([...answers, this.of(callee.expression, around)]) : joined(answers)
  }
}

const joined = (values: readonly Value[]): Value =>
  values.length === 1
    ? values[0]!
    : {
        declared: values.flatMap(({ declared }) => declared),
        functions: values.flatMap(({ functions }) => functions),
        owners: values.flatMap(({ owners }) => owners),
        file: values.find(({ file }) => file)?.file ?? null,
      }
