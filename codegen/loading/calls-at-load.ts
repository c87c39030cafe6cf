// Decides what a call does when its file is loaded: known functions of the platform, functions of these files, any other.
import { ts } from 'ts-morph'
import { unwrap } from './erased-syntax.js'
import {
  CALLING,
  CHANGING,
  GLOBAL_METHODS,
  GLOBALS,
  isFresh,
  onlyAnswers,
  READING,
  ROOTS,
} from './harmless-calls.js'
import type { HiddenCalls } from './hidden-calls.js'
import { ACTS, atTop, highest, isNew, NOTHING, type Around, type AtLoad } from './levels.js'
import {
  argumentsOf,
  calleeOf,
  codeOf,
  isData,
  isFunctionValue,
  isInstanceField,
  type Call,
  type Code,
} from './load-syntax.js'
import type { Modules } from './resolve-name.js'

/** The questions about other syntax needed to judge a call. */
export interface Judge {
  readonly modules: Modules
  hidden(): HiddenCalls
  visit(node: ts.Node, around: Around): AtLoad
  /** The level of calling a function. */
  body(node: Code, around: Around): AtLoad
  /** Judges a function or a class once. */
  once(node: ts.Node, judge: () => AtLoad): AtLoad
}

/** Judges calls. */
export class CallsAtLoad {
  readonly #judge: Judge

  constructor(judge: Judge) {
    this.#judge = judge
  }

  /** The level of the call, without its arguments unless it calls them. */
  of(node: Call, around: Around): AtLoad {
    const callee = calleeOf(node)
    if (callee.kind === ts.SyntaxKind.SuperKeyword) return NOTHING
    if (isFunctionValue(callee)) return this.#judge.body(callee, around)
    if (ts.isIdentifier(callee)) return this.#named(callee.text, node, around)
    return ts.isPropertyAccessExpression(callee) ? this.#method(callee, node, around) : ACTS
  }

  #named(name: string, node: Call, around: Around): AtLoad {
    const local = around.locals.get(name)
    if (local) return local.code ? this.#judge.body(local.code, around) : ACTS
    const target = this.#judge.modules.resolve(around.file, name)
    if (target?.kind === 'declared')
      return highest(target.nodes.map((one) => this.#declared(one, ts.isNewExpression(node))))
    if (target) return this.#isAnswering(around.file, name) ? NOTHING : ACTS
    if (ts.isTaggedTemplateExpression(node) || !GLOBALS.has(name)) return ACTS
    return this.#converts(argumentsOf(node)) ? ACTS : NOTHING
  }

  #declared(node: ts.Node, makes: boolean): AtLoad {
    const code = codeOf(node)
    if (!code) return ACTS
    if (!ts.isClassLike(code)) return this.#judge.body(code, atTop(code.getSourceFile()))
    return makes ? this.#made(code) : ACTS
  }

  #isAnswering(file: ts.SourceFile, name: string): boolean {
    const from = this.#judge.modules.index(file).imported.get(name)?.from
    return from !== undefined && onlyAnswers(from)
  }

  /** The level of creating an instance: fields and constructor, including those of the base class. */
  #made(node: ts.ClassLikeDeclaration): AtLoad {
    const around = atTop(node.getSourceFile(), true)
    const bases = (node.heritageClauses ?? []).flatMap(({ types, token }) =>
      token === ts.SyntaxKind.ExtendsKeyword ? types.map(({ expression }) => expression) : [],
    )
    return this.#judge.once(node, () =>
      highest([
        ...bases.map((base) => this.#base(base, around.file)),
        ...node.members.map((member) => {
          if (ts.isConstructorDeclaration(member)) return this.#judge.body(member, around)
          return isInstanceField(member) ? this.#judge.visit(member, around) : NOTHING
        }),
      ]),
    )
  }

  #base(expression: ts.Expression, file: ts.SourceFile): AtLoad {
    if (!ts.isIdentifier(expression)) return ACTS
    const target = this.#judge.modules.resolve(file, expression.text)
    if (target?.kind === 'declared')
      return highest(target.nodes.map((one) => this.#declared(one, true)))
    return this.#isAnswering(file, expression.text) ? NOTHING : ACTS
  }

  #method(callee: ts.PropertyAccessExpression, node: Call, around: Around): AtLoad {
    const receiver = unwrap(callee.expression)
    const name = callee.name.text
    const args = argumentsOf(node)
    const known = this.#byRoot(receiver, around)
    if (known === 'global') return this.#global(`${receiver.getText()}.${name}`, args, around)
    if (known !== null) return known
    const { anywhere, methods } = this.#judge.hidden()
    if (anywhere || methods.has(name) || this.#converts([receiver, ...args])) return ACTS
    if (!READING.test(name) && !isFresh(receiver, isNew(around))) return ACTS
    return CALLING.test(name) ? this.#callbacks(args, around) : NOTHING
  }

  /** The level by the first name before a method; null if it may be a list or text. */
  #byRoot(receiver: ts.Node, { file, locals }: Around): AtLoad | 'global' | null {
    const root = rootOf(receiver)
    if (root === null || locals.has(root)) return null
    const target = this.#judge.modules.resolve(file, root)
    if (target?.kind === 'declared') return null
    if (target) return this.#isAnswering(file, root) ? NOTHING : ACTS
    if (ts.isIdentifier(receiver)) return 'global'
    return ROOTS.has(root) ? null : ACTS
  }

  #global(path: string, args: readonly ts.Node[], around: Around): AtLoad {
    const [first] = args
    const { accessors } = this.#judge.hidden()
    if (/^(Object|JSON|Array)\./.test(path) && accessors.size > 0) return ACTS
    if (this.#converts(args)) return ACTS
    if (CHANGING.test(path)) return first && isFresh(first, isNew(around)) ? NOTHING : ACTS
    if (!GLOBAL_METHODS.test(path)) return ACTS
    return /^Array\.from$|^JSON\./.test(path) ? this.#callbacks(args, around) : NOTHING
  }

  /** Whether arguments may be converted by their own code. */
  #converts(args: readonly ts.Node[]): boolean {
    const { anywhere, conversions } = this.#judge.hidden()
    return (anywhere || conversions) && !args.every((arg) => ts.isLiteralExpression(arg))
  }

  #callbacks(args: readonly ts.Node[], around: Around): AtLoad {
    return highest(args.map((arg) => this.#callback(unwrap(arg), around)))
  }

  #callback(arg: ts.Node, around: Around): AtLoad {
    if (isFunctionValue(arg)) return this.#judge.body(arg, around)
    if (!ts.isIdentifier(arg)) return isData(arg) ? NOTHING : ACTS
    const local = around.locals.get(arg.text)
    if (local) return local.code ? this.#judge.body(local.code, around) : ACTS
    const target = this.#judge.modules.resolve(around.file, arg.text)
    if (!target) return NOTHING
    if (target.kind !== 'declared') return ACTS
    return highest(
      target.nodes.map((one) => (isDataDeclaration(one) ? NOTHING : this.#declared(one, false))),
    )
  }
}

const isDataDeclaration = (node: ts.Node): boolean =>
  ts.isVariableDeclaration(node) &&
  node.initializer !== undefined &&
  isData(unwrap(node.initializer))

/** The first name of `a.b().c`; null if it does not start with one. */
function rootOf(expression: ts.Node): string | null {
  let root = unwrap(expression)
  while (
    ts.isPropertyAccessExpression(root) ||
    ts.isElementAccessExpression(root) ||
    ts.isCallExpression(root)
  )
    root = unwrap(root.expression)
  return ts.isIdentifier(root) ? root.text : null
}
