// Decides whether code runs when its file is loaded, and not only when somebody calls it.
import { ts } from 'ts-morph'
import { withWrappers } from '../loading/erased-syntax.js'
import { nodesIn } from '../loading/load-syntax.js'

/**
 * Returns the check for nodes of one file. A function runs if it is called at once, if it is passed to a call that runs, or if
 * its name is mentioned by such a call; names are compared as texts. In doubt, code runs.
 */
export function loadTime(file: ts.SourceFile): (node: ts.Node) => boolean {
  const calls = callsIn(file)
  const called = new Set<string>()
  const runs = (node: ts.Node): boolean => {
    const around = ts.findAncestor(node, (outer) => outer !== node && ts.isFunctionLike(outer))
    if (!around) return true
    const name = nameOf(around)
    if (name !== null && called.has(name)) return true
    const outer = withWrappers(around)
    return isCallPart(outer.parent, outer) && runs(outer)
  }
  for (let known = -1; known < called.size;) {
    known = called.size
    for (const call of calls) if (runs(call)) addNames(call, called)
  }
  return runs
}

type Call = ts.CallExpression | ts.NewExpression

const callsIn = (file: ts.SourceFile): Call[] =>
  [...nodesIn([file])].filter(
    (node): node is Call => ts.isCallExpression(node) || ts.isNewExpression(node),
  )

/** The callees: the function itself, `f.call`, and the functions passed to it. */
function addNames(call: Call, names: Set<string>): void {
  for (const part of [call.expression, ...(call.arguments ?? [])]) {
    const first = ts.isPropertyAccessExpression(part) ? part.expression : part
    if (ts.isIdentifier(first)) names.add(first.text)
  }
}

function nameOf(node: ts.Node): string | null {
  if (ts.isFunctionDeclaration(node)) return node.name?.text ?? null
  const { parent } = withWrappers(node)
  return ts.isVariableDeclaration(parent) && ts.isIdentifier(parent.name) ? parent.name.text : null
}

/** Whether a function is called here, directly or through `.call`, or is passed to a call. */
function isCallPart(parent: ts.Node, node: ts.Node): boolean {
  if (ts.isCallExpression(parent) || ts.isNewExpression(parent)) return true
  return (
    ts.isPropertyAccessExpression(parent) &&
    parent.expression === node &&
    ts.isCallExpression(parent.parent)
  )
}
