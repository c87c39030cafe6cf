// Decides what code does when its file is loaded: nothing, read something that may change, or change something. Nothing is
// executed.
import { ts } from 'ts-morph'
import { isErased, unwrap } from './erased-syntax.js'
import { CallsAtLoad } from './calls-at-load.js'
import { runsHidden, type HiddenCalls } from './hidden-calls.js'
import {
  ACTS,
  atTop,
  highest,
  isNew,
  NOTHING,
  READS,
  type Around,
  type AtLoad,
  type Local,
} from './levels.js'
import {
  isCall,
  isInstanceField,
  isMemberName,
  isUsing,
  writtenBy,
  type Call,
  type Code,
  isFunctionValue,
} from './load-syntax.js'
import { localNames, namesOf } from './local-names.js'
import type { Modules } from './resolve-name.js'
import { isFresh } from './harmless-calls.js'

/**
 * Judges top-level code. A call acts unless it is known to only return a value: a function of the platform or of Lockstep, or a
 * function of these files that does nothing else. In doubt, code acts.
 */
export class LoadTime {
  readonly #judged = new Map<ts.Node, AtLoad>()
  /** Results found while an outer function is still being judged: they may lack the other effects of a cycle. */
  readonly #meanwhile = new Map<ts.Node, AtLoad>()
  readonly #running = new Set<ts.Node>()
  readonly #readHidden: () => HiddenCalls
  readonly #calls: CallsAtLoad
  #hidden: HiddenCalls | null = null

  /** `readHidden` reads the hidden calls of all files that are loaded together. */
  constructor(modules: Modules, readHidden: () => HiddenCalls) {
    this.#readHidden = readHidden
    this.#calls = new CallsAtLoad({
      modules,
      hidden: () => this.#hiddenCalls(),
      visit: (node, around) => this.#visit(node, around),
      body: (node, around) => this.#body(node, around),
      once: (node, judge) => this.#once(node, judge),
    })
  }

  /** The level of a node; with `makes`, fields and constructors run as well, because an instance is created. */
  of(node: ts.Node, makes = false): AtLoad {
    const around = atTop(node.getSourceFile(), makes)
    return makes && ts.isConstructorDeclaration(node)
      ? this.#body(node, around)
      : this.#visit(node, around)
  }

  /** Whether a call itself only returns a value, whatever its arguments do. */
  answers(call: Call): boolean {
    return this.#calls.of(call, atTop(call.getSourceFile())) < ACTS
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

  /** From the outside in without recursion, because texts may be concatenated from thousands of parts. */
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

  /** The parts of deferred code that run at once: its decorators, and its name if computed. */
  #head(node: ts.SignatureDeclaration | ts.PropertyDeclaration, around: Around): AtLoad {
    if (ts.canHaveDecorators(node) && ts.getDecorators(node)) return ACTS
    return node.name && ts.isComputedPropertyName(node.name)
      ? this.#visit(node.name, around)
      : NOTHING
  }

  #own(node: ts.Node, around: Around): AtLoad {
    if (isCall(node)) return this.#calls.of(node, around)
    if (ts.isDeleteExpression(node) || ts.isAwaitExpression(node) || ts.isYieldExpression(node))
      return ACTS
    const written = writtenBy(node)
    if (written && !this.#isOwn(unwrap(written), around)) return ACTS
    if (isUsing(node.parent) || runsHidden(node, this.#hiddenCalls())) return ACTS
    return ts.isIdentifier(node) && !isMemberName(node) ? READS : NOTHING
  }

  /** Whether an assignment is invisible to others: to a local name, or to a member of an object under construction. */
  #isOwn(target: ts.Node, around: Around): boolean {
    if (ts.isIdentifier(target)) return around.locals.has(target.text)
    if (!ts.isPropertyAccessExpression(target) && !ts.isElementAccessExpression(target))
      return false
    const holder = unwrap(target.expression)
    if (holder.kind === ts.SyntaxKind.ThisKeyword) return around.makes
    return ts.isIdentifier(holder) && isNew(around)(holder)
  }

  /** The level of calling a function. */
  #body(node: Code, { locals, file, makes }: Around): AtLoad {
    return this.#once(node, () => {
      const around = { file, locals: new Map([...locals, ...localsOf(node)]), makes }
      const parts = [...node.parameters, ...(node.body ? [node.body] : [])]
      return highest(parts.map((part) => this.#visit(part, around)))
    })
  }

  /**
   * Judges a function or a class once. Recursion adds nothing, and the other effects of a cycle are found where the cycle is
   * first entered, so they count for the outermost function judged.
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

/** Block names about which nothing is known; those of a function are already known. */
function withNames(node: ts.Node, around: Around): Around {
  const names = [...(localNames(node) ?? [])].filter((name) => !around.locals.has(name))
  if (names.length === 0) return around
  return {
    ...around,
    locals: new Map([...around.locals, ...names.map((name) => [name, UNKNOWN] as const)]),
  }
}

/** Stands for anything. */
const UNKNOWN: Local = { fresh: false, code: null }

/** Parameters, and everything that is declared in a function, but not in functions inside it. */
function localsOf(node: Code): Map<string, Local> {
  const locals = new Map<string, Local>()
  const add = (name: string, local: Local): void => {
    locals.set(name, locals.has(name) ? UNKNOWN : local)
  }
  for (const { name } of node.parameters) for (const one of namesOf(name)) add(one, UNKNOWN)
  const visit = (inner: ts.Node): void => {
    if (ts.isFunctionDeclaration(inner) && inner.name)
      add(inner.name.text, { fresh: false, code: inner })
    if (ts.isClassDeclaration(inner) && inner.name) add(inner.name.text, UNKNOWN)
    if (ts.isVariableDeclaration(inner))
      for (const one of namesOf(inner.name)) add(one, localOf(inner))
    if (!ts.isFunctionLike(inner) && !ts.isClassLike(inner)) ts.forEachChild(inner, visit)
  }
  if (node.body) ts.forEachChild(node.body, visit)
  return locals
}

function localOf({ initializer, name, parent }: ts.VariableDeclaration): Local {
  const isConstant = (parent.flags & ts.NodeFlags.BlockScoped) === ts.NodeFlags.Const
  if (!initializer || !isConstant || !ts.isIdentifier(name)) return UNKNOWN
  const value = unwrap(initializer)
  return { fresh: isFresh(value, () => false), code: isFunctionValue(value) ? value : null }
}
