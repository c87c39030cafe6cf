// Loops over `iterate()` that write: better-sqlite3 runs nothing else on a connection while a result is read row by row.
import { ts } from 'ts-morph'
import { unwrap } from '../../loading/erased-syntax.js'
import { calleeOf } from '../../loading/load-syntax.js'

/** The calls of `run` and `exec` that such loops make themselves, as they go. */
export function writesWhileIterating(nodes: Iterable<ts.Node>): ts.CallExpression[] {
  const all = [...nodes]
  return all
    .filter(ts.isForOfStatement)
    .filter(({ expression }) => isIterating(unwrap(expression), all))
    .flatMap(({ statement }) => writesIn(statement))
}

/** `statement.iterate()`, or a name that was given it and nothing else. */
function isIterating(node: ts.Node, all: readonly ts.Node[]): boolean {
  if (ts.isCallExpression(node)) return isMethod(node, ['iterate'])
  if (!ts.isIdentifier(node)) return false
  const given = all.filter(ts.isVariableDeclaration).filter(({ name }) => isNamed(name, node.text))
  const [first, more] = given.map(({ initializer }) => initializer)
  return first !== undefined && more === undefined && isCallOf(unwrap(first))
}

const isNamed = (name: ts.BindingName, text: string): boolean =>
  ts.isIdentifier(name) && name.text === text

const isCallOf = (node: ts.Node): boolean =>
  ts.isCallExpression(node) && isMethod(node, ['iterate'])

function isMethod(call: ts.CallExpression, names: readonly string[]): boolean {
  const callee = calleeOf(call)
  return ts.isPropertyAccessExpression(callee) && names.includes(callee.name.text)
}

/** What functions do that stand in the loop, they may do later. */
function writesIn(statement: ts.Node): ts.CallExpression[] {
  const found: ts.CallExpression[] = []
  const waiting: ts.Node[] = [statement]
  for (const node of waiting) {
    if (ts.isCallExpression(node) && isMethod(node, ['run', 'exec'])) found.push(node)
    ts.forEachChild(node, (child) => void (ts.isFunctionLike(child) || waiting.push(child)))
  }
  return found.sort((one, other) => one.pos - other.pos)
}
