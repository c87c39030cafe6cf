// Decides which code has effects outside the program, or outside its own file: files, processes, the network, timers, the
// console, databases, globals. Nothing is executed.
import { kindsOf } from './kinds-of.js'
import { ts } from 'ts-morph'
import { unwrap } from './erased-syntax.js'
import {
  CALLING,
  CHANGING,
  GLOBAL_METHODS,
  onlyAnswers,
  READING,
  STEADY,
} from './harmless-calls.js'
import {
  argumentsOf,
  calleeOf,
  isCall,
  isFunctionValue,
  isMemberName,
  type Call,
} from './load-syntax.js'
import { namesOf } from './local-names.js'
import type { Modules } from './resolve-name.js'
import { changedBy } from './changes-of-file.js'
import type { Step } from './load-run.js'

/** Packages that open a database. */
export const CLIENTS =
  /^(?:(?:node|bun):sqlite|better-sqlite3(?:-multiple-ciphers)?|sqlite3?|libsql|@libsql\/client|sql\.js|node-sqlite3-wasm|wa-sqlite|@sqlite\.org\/sqlite-wasm)$/

const REACHING =
  /^(?:node:)?(?:child_process|cluster|dgram|dns|fs|https?|http2|inspector|net|readline|repl|timers|tls|worker_threads)(?:\/promises)?$|^(?:dotenv|execa|fs-extra|graceful-fs|ioredis|mongodb|mysql2?|node-fetch|pg|postgres|redis)$/

const GLOBALS =
  /^(?:fetch|eval|importScripts|queueMicrotask|set(?:Timeout|Interval|Immediate)|(?:Shared)?Worker|BroadcastChannel|EventSource|WebSocket|XMLHttpRequest)$|^console\.|^Bun\.(?:\$|connect|file|listen|serve|sleep|spawn|write)|^Deno\.(?!env\b)|^process\.(?:abort|chdir|dlopen|emit\w*|exit|kill|loadEnvFile|nextTick|on\w*|set\w*|umask|std\w+\.)/

/**
 * Whether a step does more than return a value or change values of these files. Clock, randomness and environment only return
 * values.
 */
export function actsOutside(step: Step, modules: Modules): boolean {
  const names: Names = { modules, isLocal: step.isLocal, made: false }
  const { node } = step
  const changed = changedBy(step).map((target) => originOf(target, names))
  // A method of a module may have the name of one that changes a map: `z.set(…)`.
  if (changed.some((one) => isForeign(one) && (one.from === null || !isCall(node)))) return true
  const origin = isCall(node) ? originOf(calleeOf(node), names) : null
  if (!origin) return false
  const { from, path } = origin
  return from === null ? GLOBALS.test(path) : CLIENTS.test(from) || REACHING.test(from)
}

/**
 * Whether a step does more than return a value and change values created by the given file. Stricter than `actsOutside`: here a
 * statement is kept for its effects, so anything not known to be harmless counts.
 */
export function leavesFile(step: Step, modules: Modules): boolean {
  const { node, from } = step
  if (actsOutside(step, modules) || always().has(node.kind)) return true
  const names: Names = { modules, isLocal: step.isLocal, made: true }
  const freezes = isCall(node) && CHANGING.test(calleeOf(node).getText())
  const changed = freezes ? argumentsOf(node).slice(0, 1) : changedBy(step)
  const isOwn = (target: ts.Node): boolean =>
    !isForeign(originOf(target, names)) &&
    step.value(target).declared.every((one) => one.getSourceFile() === from.getSourceFile())
  if (!changed.every(isOwn)) return true
  if (ts.isIdentifier(node)) return isPlatform(node, names)
  return isCall(node) && changed.length === 0 && !isHarmlessCall(node, step, names)
}

const always = kindsOf('AwaitExpression', 'AwaitKeyword', 'DebuggerStatement', 'Decorator')

/** Whether a name is a platform object that does not create values: `globalThis`, `process`. */
function isPlatform(node: ts.Identifier, names: Names): boolean {
  if (isMemberName(node) || isPart(node)) return false
  const origin = originOf(node, names)
  return origin?.from === null && !onlyMakes(origin)
}

/** A label, or the rest of `import a = b.c`. */
const isPart = ({ parent }: ts.Identifier): boolean =>
  ts.isLabeledStatement(parent) ||
  ts.isBreakOrContinueStatement(parent) ||
  ts.isQualifiedName(parent)

/** Whether a call runs code that is visited as well, or code that only returns a value. */
function isHarmlessCall(node: Call, step: Step, names: Names): boolean {
  const callee = calleeOf(node)
  if (isFunctionValue(callee) || callee.kind === ts.SyntaxKind.SuperKeyword) return true
  if (step.value(callee).functions.length > 0) return true
  const origin = originOf(callee, names)
  if (origin && isForeign(origin)) return onlyMakes(origin)
  if (!ts.isPropertyAccessExpression(callee) || !READING.test(callee.name.text)) return false
  return (
    !CALLING.test(callee.name.text) ||
    argumentsOf(node).every((one) => {
      const given = originOf(one, names)
      return !isForeign(given) || onlyMakes(given)
    })
  )
}

/** Whether a function of the platform or of a module only creates values. */
const onlyMakes = ({ from, path }: Origin): boolean =>
  from === null
    ? STEADY.has(path) || (GLOBAL_METHODS.test(path) && !GLOBALS.test(path))
    : onlyAnswers(from)

/** The origin of a name: a module, or the platform if `from` is null. */
interface Origin {
  readonly from: string | null
  readonly path: string
}

interface Names {
  readonly modules: Modules
  readonly isLocal: (name: string) => boolean
  /** Whether the result of a module's function counts as coming from the module. */
  readonly made: boolean
}

/** An origin outside these files. CommonJS exports are not, as the parser reports them. */
function isForeign(origin: Origin | null): origin is Origin {
  if (!origin) return false
  const { from, path } = origin
  return from === null ? !/^(module|exports)\b/.test(path) : !from.startsWith('.')
}

function originOf(given: ts.Node, names: Names): Origin | null {
  const node = unwrap(given)
  if (ts.isIdentifier(node)) return names.isLocal(node.text) ? null : originOfName(node, names)
  if (isCall(node)) return originOfAnswer(node, names)
  if (!ts.isPropertyAccessExpression(node)) return null
  return memberOf(originOf(node.expression, names), node.name.text)
}

const memberOf = (origin: Origin | null, name: string): Origin | null =>
  origin && {
    ...origin,
    path:
      origin.from === null && /^(globalThis|window|self)$/.test(origin.path)
        ? name
        : `${origin.path}.${name}`,
  }

function originOfName(node: ts.Identifier, names: Names): Origin | null {
  const { declared, imported } = names.modules.index(node.getSourceFile())
  const found = imported.get(node.text)
  if (found) return { from: found.from, path: found.name }
  const [declaration] = declared.get(node.text) ?? []
  if (!declaration) return { from: null, path: node.text }
  return originOfDeclared(declaration, node.text, names)
}

/** An alias, as in `const { readFileSync: read } = fs` and `const { log } = console`. */
function originOfDeclared(node: ts.Node, name: string, names: Names): Origin | null {
  if (!ts.isVariableDeclaration(node) || !node.initializer) return null
  if (node.initializer.getText() === name) return null
  const origin = originOf(node.initializer, { ...names, isLocal: () => false })
  if (ts.isIdentifier(node.name)) return origin
  const element = ts.isObjectBindingPattern(node.name)
    ? node.name.elements.find((one) => namesOf(one.name).includes(name))
    : undefined
  return element ? memberOf(origin, (element.propertyName ?? element.name).getText()) : null
}

function originOfAnswer(node: Call, names: Names): Origin | null {
  const callee = calleeOf(node)
  const [path] = argumentsOf(node)
  if (ts.isIdentifier(callee) && callee.text === 'require')
    return path && ts.isStringLiteralLike(path) ? { from: path.text, path: '*' } : null
  const origin = names.made ? originOf(callee, names) : null
  const from = origin?.from ?? null
  return from === null || onlyAnswers(from) ? null : memberOf(origin, '()')
}
