// What a name may be given in files that are loaded together.
import { ts } from 'ts-morph'
import { unwrap } from '../loading/erased-syntax.js'
import { calleeOf, isCall, isFunctionValue, isRunning, nameOf } from '../loading/load-syntax.js'
import { inWay, type FileSources, type Given, type Source } from './sources-in.js'

/** The expressions by the names that may stand for them. */
export interface ValueSources {
  of(name: string): readonly Given[]
  /** Whether a name is one of a database handle: `exec` or `prepare` is called on it. */
  isHandle(source: Source): boolean
  /** Whether an expression is a regular expression, whose `exec` runs nothing. */
  isPattern(node: ts.Node): boolean
  /** Whether a node gives a text to the database as it is. */
  isRunning(node: ts.Node): node is ts.CallExpression
  /** Whether an expression is a function of these files, or one that another of them is given. */
  isFunction(node: ts.Node): boolean
}

/** Joins the sources of files that are loaded together. */
export function valueSources(files: readonly FileSources[]): ValueSources {
  const functions = new Set(
    files.flatMap(({ parameters }) =>
      [...parameters].flatMap(([parameter, called]) => [
        parameter,
        ...called.map(({ name }) => name),
      ]),
    ),
  )
  const of = (name: string): Given[] =>
    files.flatMap(({ given, parameters }) => [
      ...(given.get(name) ?? []),
      ...(parameters.get(name) ?? []).flatMap((called) =>
        files.flatMap(({ calls }) =>
          (calls.get(called.name) ?? []).map((one) => inWay(one, called.way)),
        ),
      ),
    ])
  const isPattern = (given: ts.Node): boolean => {
    const node = unwrap(given)
    return isPatternItself(node) || of(nameOf(node)).some(({ source }) => isPatternItself(source))
  }
  const isRun = (node: ts.Node): node is ts.CallExpression =>
    isRunning(node) && !isPattern((node.expression as ts.PropertyAccessExpression).expression)
  const handles = new Set(
    files.flatMap((one) => [...one.handles].filter((name) => !of(name).some(isPatternGiven))),
  )
  return {
    of,
    isPattern,
    isRunning: isRun,
    isHandle: (source) => typeof source === 'string' && source !== '' && handles.has(source),
    isFunction: (node) => isFunctionExpression(node) || functions.has(nameOf(unwrap(node))),
  }
}

const isPatternGiven = ({ source }: Given): boolean => isPatternItself(source)

function isPatternItself(source: Source): boolean {
  if (typeof source === 'string') return false
  const node = unwrap(source)
  return (
    ts.isRegularExpressionLiteral(node) || (isCall(node) && nameOf(calleeOf(node)) === 'RegExp')
  )
}

/** A function that is written out, also one that `db.transaction` wraps. */
function isFunctionExpression(given: ts.Node): boolean {
  const node = unwrap(given)
  return (
    isFunctionValue(node) ||
    (ts.isCallExpression(node) && node.arguments.some(isFunctionExpression))
  )
}
