// What gives another result each time it runs: in code.
import { ts } from 'ts-morph'

/**
 * What a node of code asks the clock, chance or the environment: `Date.now()`, `new Date()`, `process.env`,
 * `toLocaleString()` …; null when it asks none of them. `new Date(0)` is steady.
 */
export function unsteadyCode(node: ts.Node): string | null {
  if (ts.isNewExpression(node))
    return isNamed(node.expression, 'Date') && !node.arguments?.length ? 'new Date()' : null
  if (ts.isCallExpression(node)) return unsteadyCall(node) ?? localText(node)
  return ts.isExpression(node) && isMemberOf(node, 'process', 'env') ? 'process.env' : null
}

function unsteadyCall({ expression }: ts.CallExpression): string | null {
  if (isNamed(expression, 'Date')) return 'Date()'
  const name = memberName(expression)
  if (name === null) return null
  const { expression: object } = expression as ts.PropertyAccessExpression
  if (isMemberOf(object, 'Temporal', 'Now')) return `Temporal.Now.${name}()`
  for (const [owner, methods] of METHODS) {
    const owns = isNamed(object, owner) || isMemberOf(object, 'globalThis', owner)
    if (owns && methods.has(name)) return `${owner}.${name}()`
  }
  return null
}

/** A text in the language of the machine, or at its time; what is only logged or thrown is not written. */
function localText(node: ts.CallExpression): string | null {
  const name = memberName(node.expression)
  if (name === null || !LOCAL.has(name) || isOnlyTold(node)) return null
  const [locale, options] = node.arguments
  const hasLocale = locale !== undefined && !isNamed(locale, 'undefined')
  const isSteady = hasLocale && (name === 'toLocaleString' || options !== undefined)
  return isSteady ? null : `${name}()`
}

const LOCAL = new Set(['toLocaleString', 'toLocaleDateString', 'toLocaleTimeString'])

/** Whether a node stands in what is handed to a log, or in an error. */
function isOnlyTold(node: ts.Node): boolean {
  for (let at = node.parent; at && !ts.isStatement(at); at = at.parent) {
    if (ts.isNewExpression(at) && at.expression.getText().endsWith('Error')) return true
    if (ts.isCallExpression(at) && TOLD.has(memberName(at.expression) ?? '')) return true
  }
  return false
}

const TOLD = new Set(['log', 'info', 'warn', 'error', 'debug', 'trace', 'progress'])

/** Of `Math.random` and of `Math['random']` the last name. */
function memberName(node: ts.Expression): string | null {
  if (ts.isPropertyAccessExpression(node)) return node.name.text
  if (!ts.isElementAccessExpression(node)) return null
  return ts.isStringLiteralLike(node.argumentExpression) ? node.argumentExpression.text : null
}

const METHODS: readonly (readonly [owner: string, methods: ReadonlySet<string>])[] = [
  ['Date', new Set(['now'])],
  ['Math', new Set(['random'])],
  ['crypto', new Set(['randomUUID', 'randomBytes', 'randomInt', 'getRandomValues'])],
  ['performance', new Set(['now'])],
  ['process', new Set(['hrtime', 'uptime'])],
]

const isNamed = (node: ts.Expression, name: string): boolean =>
  ts.isIdentifier(node) && node.text === name

/** `globalThis.crypto`. */
const isMemberOf = (node: ts.Expression, owner: string, name: string): boolean =>
  memberName(node) === name && isNamed((node as ts.PropertyAccessExpression).expression, owner)
