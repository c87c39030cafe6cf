// What code does when its file is loaded: nothing, look at something that may change, or change something. Nothing is executed.
import { ts } from 'ts-morph'
import { isErased, unwrap } from './erased-syntax.js'
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
import { runsHidden, type HiddenCalls } from './hidden-calls.js'
import {
  argumentsOf,
  calleeOf,
  codeOf,
  isCall,
  isData,
  isFunctionValue,
  isInstanceField,
  isMemberName,
  isUsing,
  writtenBy,
  type Call,
  type Code,
} from './load-syntax.js'
import { localNames } from './local-names.js'
import { localsOf, UNKNOWN, type Local } from './locals-of.js'
import type { Modules } from './resolve-name.js'

/** In ascending order: of several parts the highest counts. */
export type AtLoad = typeof NOTHING | typeof READS | typeof ACTS

/** It makes what nobody else can change, or a function. */
export const NOTHING = 0
/** It uses names, so that it may matter what was done before. */
export const READS = 1
/** It may change something that others see. */
export const ACTS = 2

const highest = (levels: readonly AtLoad[]): AtLoad => Math.max(NOTHING, ...levels) as AtLoad

/** Where a node stands: its names, and whether `this` is being made. */
interface Around {
  readonly file: ts.SourceFile
  readonly locals: ReadonlyMap<string, Local>
  readonly makes: boolean
}

const atTop = (file: ts.SourceFile, makes = false): Around => ({ file, locals: new Map(), makes })

const isNew =
  ({ locals }: Around) =>
  ({ text }: ts.Identifier): boolean =>
    locals.get(text)?.fresh ?? false

/**
 * Judges what stands at the top level. A call acts unless it is known to only answer: one of the platform's or of
 * Lockstep's own functions, or a function of these files that does nothing else. Errs on the side of acting.
 */
export class LoadTime {
  readonly #modules: Modules
  readonly #judged = new Map<ts.Node, AtLoad>()
  /** What was found while an outer function is still being judged: it may lack what a circle does besides. */
  readonly #meanwhile = new Map<ts.Node, AtLoad>()
  readonly #running = new Set<ts.Node>()
  readonly #readHidden: () => HiddenCalls
  #hidden: HiddenCalls | null = null

  /** `readHidden` reads what all files have that are loaded together. */
  constructor(modules: Modules, readHidden: () => HiddenCalls) {
    this.#modules = modules
    this.#readHidden = readHidden
  }

  /** What a node does; with `makes`, a field or a constructor runs as well, for an instance is made. */
  of(node: ts.Node, makes = false): AtLoad {
    const around = atTop(node.getSourceFile(), makes)
    return makes && ts.isConstructorDeclaration(node)
      ? this.#body(node, around)
      : this.#visit(node, around)
  }

  /** Whether a call itself only answers, whatever its arguments do. */
  answers(call: Call): boolean {
    return this.#call(call, atTop(call.getSourceFile())) < ACTS
  }

  #visit(node: ts.Node, outer: Around): AtLoad {
    if (isErased(node) || (ts.isTypeNode(node) && !ts.isExpressionWithTypeArguments(node)))
      return NOTHING
    if (ts.isDecorator(node)) return ACTS
    if (ts.isFunctionLike(node) || (isInstanceField(node) && !outer.makes))
      return this.#head(node, outer)
    const own = this.#own(node, outer)
    return own === ACTS ? own : highest([own, this.#parts(node, withNames(node, outer))])
  }

  /** From the outside in without recursion where texts are put together from thousands. */
  #parts(node: ts.Node, around: Around): AtLoad {
    let level: AtLoad = NOTHING
    const visit = (part: ts.Node): void => {
      if (level < ACTS) level = highest([level, this.#visit(part, around)])
    }
    let inner = node
    for (; ts.isBinaryExpression(inner) && ts.isBinaryExpression(inner.left); inner = inner.left) {
      if (inner !== node) level = highest([level, this.#own(inner, around)])
      visit(inner.right)
    }
    if (inner === node) ts.forEachChild(inner, visit)
    else visit(inner)
    return level
  }

  /** Of what is not run yet: its decorators, and its name where that is computed. */
  #head(node: ts.SignatureDeclaration | ts.PropertyDeclaration, around: Around): AtLoad {
    if (ts.canHaveDecorators(node) && ts.getDecorators(node)) return ACTS
    return node.name && ts.isComputedPropertyName(node.name)
      ? this.#visit(node.name, around)
      : NOTHING
  }

  #own(node: ts.Node, around: Around): AtLoad {
    if (isCall(node)) return this.#call(node, around)
    if (ts.isDeleteExpression(node) || ts.isAwaitExpression(node) || ts.isYieldExpression(node))
      return ACTS
    const written = writtenBy(node)
    if (written && !this.#isOwn(unwrap(written), around)) return ACTS
    if (isUsing(node.parent) || runsHidden(node, this.#hiddenCalls())) return ACTS
    return ts.isIdentifier(node) && !isMemberName(node) ? READS : NOTHING
  }

  /** Whether nobody else can see that something is assigned to: a local name, a member of what is being made. */
  #isOwn(target: ts.Node, around: Around): boolean {
    if (ts.isIdentifier(target)) return around.locals.has(target.text)
    if (!ts.isPropertyAccessExpression(target) && !ts.isElementAccessExpression(target))
      return false
    const holder = unwrap(target.expression)
    if (holder.kind === ts.SyntaxKind.ThisKeyword) return around.makes
    return ts.isIdentifier(holder) && isNew(around)(holder)
  }

  #call(node: Call, around: Around): AtLoad {
    const callee = calleeOf(node)
    if (callee.kind === ts.SyntaxKind.SuperKeyword) return NOTHING
    if (isFunctionValue(callee)) return this.#body(callee, around)
    if (ts.isIdentifier(callee)) return this.#named(callee.text, node, around)
    return ts.isPropertyAccessExpression(callee) ? this.#method(callee, node, around) : ACTS
  }

  #named(name: string, node: Call, around: Around): AtLoad {
    const local = around.locals.get(name)
    if (local) return local.code ? this.#body(local.code, around) : ACTS
    const target = this.#modules.resolve(around.file, name)
    if (target?.kind === 'declared')
      return highest(target.nodes.map((one) => this.#declared(one, ts.isNewExpression(node))))
    if (target) return this.#isAnswering(around.file, name) ? NOTHING : ACTS
    if (ts.isTaggedTemplateExpression(node) || !GLOBALS.has(name)) return ACTS
    return this.#converts(argumentsOf(node)) ? ACTS : NOTHING
  }

  #declared(node: ts.Node, makes: boolean): AtLoad {
    const code = codeOf(node)
    if (!code) return ACTS
    if (!ts.isClassLike(code)) return this.#body(code, atTop(code.getSourceFile()))
    return makes ? this.#made(code) : ACTS
  }

  #isAnswering(file: ts.SourceFile, name: string): boolean {
    const from = this.#modules.index(file).imported.get(name)?.from
    return from !== undefined && onlyAnswers(from)
  }

  /** What making an instance does: fields and constructor, those of the base class included. */
  #made(node: ts.ClassLikeDeclaration): AtLoad {
    const around = atTop(node.getSourceFile(), true)
    const bases = (node.heritageClauses ?? []).flatMap(({ types, token }) =>
      token === ts.SyntaxKind.ExtendsKeyword ? types.map(({ expression }) => expression) : [],
    )
    return this.#once(node, () =>
      highest([
        ...bases.map((base) => this.#base(base, around.file)),
        ...node.members.map((member) => {
          if (ts.isConstructorDeclaration(member)) return this.#body(member, around)
          return isInstanceField(member) ? this.#visit(member, around) : NOTHING
        }),
      ]),
    )
  }

  #base(expression: ts.Expression, file: ts.SourceFile): AtLoad {
    if (!ts.isIdentifier(expression)) return ACTS
    const target = this.#modules.resolve(file, expression.text)
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
    const { anywhere, methods } = this.#hiddenCalls()
    if (anywhere || methods.has(name) || this.#converts([receiver, ...args])) return ACTS
    if (!READING.test(name) && !isFresh(receiver, isNew(around))) return ACTS
    return CALLING.test(name) ? this.#callbacks(args, around) : NOTHING
  }

  /** What the first name before a method tells; null where it may be one of lists and texts. */
  #byRoot(receiver: ts.Node, { file, locals }: Around): AtLoad | 'global' | null {
    const root = rootOf(receiver)
    if (root === null || locals.has(root)) return null
    const target = this.#modules.resolve(file, root)
    if (target?.kind === 'declared') return null
    if (target) return this.#isAnswering(file, root) ? NOTHING : ACTS
    if (ts.isIdentifier(receiver)) return 'global'
    return ROOTS.has(root) ? null : ACTS
  }

  #global(path: string, args: readonly ts.Node[], around: Around): AtLoad {
    const [first] = args
    const { accessors } = this.#hiddenCalls()
    if (/^(Object|JSON|Array)\./.test(path) && accessors.size > 0) return ACTS
    if (this.#converts(args)) return ACTS
    if (CHANGING.test(path)) return first && isFresh(first, isNew(around)) ? NOTHING : ACTS
    if (!GLOBAL_METHODS.test(path)) return ACTS
    return /^Array\.from$|^JSON\./.test(path) ? this.#callbacks(args, around) : NOTHING
  }

  /** Whether arguments may be converted by code of their own. */
  #converts(args: readonly ts.Node[]): boolean {
    const { anywhere, conversions } = this.#hiddenCalls()
    return (anywhere || conversions) && !args.every((arg) => ts.isLiteralExpression(arg))
  }

  #callbacks(args: readonly ts.Node[], around: Around): AtLoad {
    return highest(args.map((arg) => this.#callback(unwrap(arg), around)))
  }

  #callback(arg: ts.Node, around: Around): AtLoad {
    if (isFunctionValue(arg)) return this.#body(arg, around)
    if (!ts.isIdentifier(arg)) return isData(arg) ? NOTHING : ACTS
    const local = around.locals.get(arg.text)
    if (local) return local.code ? this.#body(local.code, around) : ACTS
    const target = this.#modules.resolve(around.file, arg.text)
    if (!target) return NOTHING
    if (target.kind !== 'declared') return ACTS
    return highest(
      target.nodes.map((one) => (isDataDeclaration(one) ? NOTHING : this.#declared(one, false))),
    )
  }

  /** What calling a function does. */
  #body(node: Code, { locals, file, makes }: Around): AtLoad {
    return this.#once(node, () => {
      const around = { file, locals: new Map([...locals, ...localsOf(node)]), makes }
      const parts = [...node.parameters, ...(node.body ? [node.body] : [])]
      return highest(parts.map((part) => this.#visit(part, around)))
    })
  }

  /**
   * Judges a function or a class once. One that calls itself adds nothing by that, and what the rest of such a circle does is
   * found where that is first met, so it counts for whoever is judged in the end.
   */
  #once(node: ts.Node, judge: () => AtLoad): AtLoad {
    const known = this.#judged.get(node) ?? this.#meanwhile.get(node)
    if (known !== undefined) return known
    if (this.#running.has(node)) return NOTHING
    this.#running.add(node)
    const level = judge()
    this.#running.delete(node)
    const isOutermost = this.#running.size === 0
    ;(level === ACTS || isOutermost ? this.#judged : this.#meanwhile).set(node, level)
    if (isOutermost) this.#meanwhile.clear()
    return level
  }

  #hiddenCalls(): HiddenCalls {
    return (this.#hidden ??= this.#readHidden())
  }
}

const isDataDeclaration = (node: ts.Node): boolean =>
  ts.isVariableDeclaration(node) &&
  node.initializer !== undefined &&
  isData(unwrap(node.initializer))

/** Names of a block that nothing is known of; those of a function are known already. */
function withNames(node: ts.Node, around: Around): Around {
  const names = [...(localNames(node) ?? [])].filter((name) => !around.locals.has(name))
  if (names.length === 0) return around
  return {
    ...around,
    locals: new Map([...around.locals, ...names.map((name) => [name, UNKNOWN] as const)]),
  }
}

/** The first name of `a.b().c`; null where it does not begin with one. */
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
