// Detects code whose result differs each time it runs.
import { ts } from 'ts-morph'
import { memberName } from '../../loading/erased-syntax.js'
import { pathOf, type GlobalNames } from './global-names.js'

/**
 * The source of non-determinism in a node: `Date.now()`, `new Date()`, `process.env`, `toLocaleString()` …; null if there is
 * none. `new Date(0)` is deterministic. `names` are those of its script.
 */
export function unsteadyCode(node: ts.Node, names: GlobalNames): string | null {
  if (ts.isNewExpression(node))
    return pathOf(node.expression, names) === 'Date' && !node.arguments?.length
      ? 'new Date()'
      : null
  if (ts.isCallExpression(node)) return unsteadyCall(node, names) ?? localText(node)
  if (!ts.isExpression(node)) return null
  const path = pathOf(node, names)
  if (path === null) return null
  if (VALUES.has(path)) return isMention(node) ? path : null
  return isHandedOver(node) && isUnsteady(path) ? path : null
}

function unsteadyCall({ expression }: ts.CallExpression, names: GlobalNames): string | null {
  const path = pathOf(expression, names)
  if (path === null) return null
  if (STOPWATCHES.has(path) && !isHandedOn(expression.parent)) return null
  return path === 'Date' || isUnsteady(path) ? `${path}()` : null
}

/** Clocks for measuring durations, whose values nobody would store. */
const STOPWATCHES = new Set([
  'performance.now',
  'process.hrtime',
  'process.hrtime.bigint',
  'process.uptime',
  'os.uptime',
])

/** Whether a value is used beyond a comparison, a log, or a name with no further use: then it may be written. */
function isHandedOn(value: ts.Node): boolean {
  for (let node = value; ; node = node.parent) {
    const { parent } = node
    if (!parent || ts.isExpressionStatement(parent) || isOnlyTold(node)) return false
    if (ts.isBinaryExpression(parent)) {
      const operator = parent.operatorToken.getText()
      if (COMPARING.test(operator)) return false
      if (operator === '=') return true
    }
    if (ts.isVariableDeclaration(parent) && ts.isIdentifier(parent.name))
      return usesOf(parent.name).some(isHandedOn)
    if (ts.isCallExpression(parent) && parent.arguments.some((one) => one === node))
      if (!/\bhrtime$/.test(parent.expression.getText())) return true
    if (ts.isStatement(parent) || ts.isFunctionLike(parent))
      return !ts.isIterationStatement(parent, false)
  }
}

const COMPARING = /^(?:[<>]=?|[!=]==?)$/

/** Where a constant of a function or a file is used. */
function usesOf(name: ts.Identifier): ts.Node[] {
  const uses: ts.Node[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node) && node !== name && node.text === name.text) uses.push(node)
    ts.forEachChild(node, visit)
  }
  visit(name.getSourceFile())
  return uses
}

/** Whether calling this path gives a different result each time. */
function isUnsteady(path: string): boolean {
  const dot = path.lastIndexOf('.')
  const [owner, method] = [path.slice(0, Math.max(0, dot)), path.slice(dot + 1)]
  return owner === 'Temporal.Now' || (METHODS.get(owner)?.has(method) ?? false)
}

/** A function passed as an argument is called by its receiver, as in `rows.map(randomUUID)`. */
const isHandedOver = (node: ts.Expression): boolean =>
  ts.isCallExpression(node.parent) && node.parent.arguments.includes(node)

/** Not the name of a constant or member that happens to be the same. */
function isMention(node: ts.Expression): boolean {
  const { parent } = node
  if (!ts.isIdentifier(node)) return true
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node
  return ts.isCallExpression(parent) || ts.isElementAccessExpression(parent)
}

/** A text that depends on the machine's language or time zone; what is only logged or thrown is not written. */
function localText(node: ts.CallExpression): string | null {
  const name = memberName(node.expression)
  if (name === null || !LOCAL.has(name) || isOnlyTold(node)) return null
  const [locale, options] = node.arguments
  const hasLocale = locale !== undefined && !isNamed(locale, 'undefined')
  const isSteady = hasLocale && (name === 'toLocaleString' || options !== undefined)
  return isSteady ? null : `${name}()`
}

const LOCAL = new Set(['toLocaleString', 'toLocaleDateString', 'toLocaleTimeString'])

/** Whether a node is inside the arguments of a log call, or in an error. */
export function isOnlyTold(node: ts.Node): boolean {
  for (let at = node.parent; at && !ts.isStatement(at); at = at.parent) {
    if (ts.isNewExpression(at) && at.expression.getText().endsWith('Error')) return true
    if (ts.isCallExpression(at) && TOLD.has(memberName(at.expression) ?? '')) return true
  }
  return false
}

const TOLD = new Set(['log', 'info', 'warn', 'error', 'debug', 'trace', 'progress'])

/** Values that differ between machines or processes. */
const VALUES = new Set(['process.env', 'process.pid', 'process.ppid'])

const METHODS: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ['Date', new Set(['now'])],
  ['Math', new Set(['random'])],
  [
    'crypto',
    new Set(['randomUUID', 'randomBytes', 'randomInt', 'randomFillSync', 'getRandomValues']),
  ],
  ['crypto.webcrypto', new Set(['randomUUID', 'getRandomValues'])],
  ['performance', new Set(['now'])],
  ['process', new Set(['hrtime', 'uptime'])],
  ['process.hrtime', new Set(['bigint'])],
  [
    'os',
    new Set([
      'hostname',
      'userInfo',
      'homedir',
      'tmpdir',
      'networkInterfaces',
      'uptime',
      'release',
    ]),
  ],
])

const isNamed = (node: ts.Expression, name: string): boolean =>
  ts.isIdentifier(node) && node.text === name
