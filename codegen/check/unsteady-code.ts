// What gives another result each time it runs: in code.
import { ts } from 'ts-morph'

/**
 * What a node of code asks the clock, chance or the environment: `Date.now()`, `new Date()`, `process.env` …; null when it
 * asks none of them. `new Date(0)` is steady.
 */
export function unsteadyCode(node: ts.Node): string | null {
  if (ts.isNewExpression(node))
    return isNamed(node.expression, 'Date') && !node.arguments?.length ? 'new Date()' : null
  if (ts.isCallExpression(node)) return unsteadyCall(node)
  return ts.isPropertyAccessExpression(node) && isEnvironment(node) ? 'process.env' : null
}

function unsteadyCall({ expression }: ts.CallExpression): string | null {
  if (isNamed(expression, 'Date')) return 'Date()'
  if (!ts.isPropertyAccessExpression(expression)) return null
  const { expression: object, name } = expression
  if (isMemberOf(object, 'Temporal', 'Now')) return `Temporal.Now.${name.text}()`
  for (const [owner, methods] of METHODS) {
    const owns = isNamed(object, owner) || isMemberOf(object, 'globalThis', owner)
    if (owns && methods.has(name.text)) return `${owner}.${name.text}()`
  }
  return null
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
  ts.isPropertyAccessExpression(node) && node.name.text === name && isNamed(node.expression, owner)

const isEnvironment = ({ expression, name }: ts.PropertyAccessExpression): boolean =>
  name.text === 'env' && isNamed(expression, 'process')
