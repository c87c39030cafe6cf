// Which code reaches beyond the program: files, processes, the network, timers, the console, databases, globals. Nothing is executed.
import { ts } from 'ts-morph'
import { unwrap } from './erased-syntax.js'
import { calleeOf, isCall } from './load-syntax.js'
import { namesOf } from './local-names.js'
import type { Modules } from './resolve-name.js'
import { changedBy } from './changes-of-file.js'
import type { Step } from './load-run.js'

/** Packages that open a database. */
export const CLIENTS =
  /^(?:(?:node|bun):sqlite|better-sqlite3(?:-multiple-ciphers)?|sqlite3?|libsql|@libsql\/client|sql\.js|node-sqlite3-wasm|@sqlite\.org\/sqlite-wasm)$/

const REACHING =
  /^(?:node:)?(?:child_process|cluster|dgram|dns|fs|https?|http2|inspector|net|readline|repl|timers|tls|worker_threads)(?:\/promises)?$|^(?:dotenv|execa|fs-extra|graceful-fs|ioredis|mongodb|mysql2?|node-fetch|pg|postgres|redis)$/

const GLOBALS =
  /^(?:fetch|eval|importScripts|queueMicrotask|set(?:Timeout|Interval|Immediate)|(?:Shared)?Worker|BroadcastChannel|EventSource|WebSocket|XMLHttpRequest)$|^console\.|^Bun\.(?:\$|connect|file|listen|serve|sleep|spawn|write)|^Deno\.(?!env\b)|^process\.(?:abort|chdir|dlopen|emit\w*|exit|kill|loadEnvFile|nextTick|on\w*|set\w*|umask|std\w+\.)/

/** Whether a step does more than give an answer or change what these files have. Clock, chance and environment only answer. */
export function actsOutside(step: Step, modules: Modules): boolean {
  const names: Names = { modules, isLocal: step.isLocal }
  const { node } = step
  const changed = changedBy(step).map((target) => originOf(target, names))
  // Of a module a method may be called as those that change a map are: `z.set(…)`.
  if (changed.some((one) => one && isForeign(one) && (one.from === null || !isCall(node))))
    return true
  const origin = isCall(node) ? originOf(calleeOf(node), names) : null
  if (!origin) return false
  const { from, path } = origin
  return from === null ? GLOBALS.test(path) : CLIENTS.test(from) || REACHING.test(from)
}

/** What a name comes from: a module, or the platform where `from` is null. */
interface Origin {
  readonly from: string | null
  readonly path: string
}

interface Names {
  readonly modules: Modules
  readonly isLocal: (name: string) => boolean
}

/** What belongs to none of these files. CommonJS exports do, and the reading reports them. */
const isForeign = ({ from, path }: Origin): boolean =>
  from === null ? !/^(module|exports)\b/.test(path) : !from.startsWith('.')

function originOf(given: ts.Node, names: Names): Origin | null {
  const node = unwrap(given)
  if (ts.isIdentifier(node)) return names.isLocal(node.text) ? null : originOfName(node, names)
  if (ts.isCallExpression(node)) return originOfRequire(node)
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

/** Another name, as in `const { readFileSync: read } = fs` and `const { log } = console`. */
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

function originOfRequire({ expression, arguments: [path] }: ts.CallExpression): Origin | null {
  const isRequire = ts.isIdentifier(expression) && expression.text === 'require'
  return isRequire && path && ts.isStringLiteralLike(path) ? { from: path.text, path: '*' } : null
}
