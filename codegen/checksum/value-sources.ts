// Finds the values that a name may be given in files that are loaded together.
import { memo } from '../../src/model/collected.js'
import { ts } from 'ts-morph'
import { unwrap } from '../loading/erased-syntax.js'
import {
  calleeOf,
  isCall,
  isFunctionValue,
  isRunning,
  nameOf,
  takesText,
  type Call,
} from '../loading/load-syntax.js'
import { inWay, type FileSources, type Given, type Source } from './sources-in.js'

/** The expressions that a name may refer to, by name. */
export interface ValueSources {
  of(name: string): readonly Given[]
  /** Whether a name is one of a database handle: code calls `exec` or `prepare` on it. */
  isHandle(source: Source): boolean
  /** Whether an expression is a regular expression, whose `exec` runs nothing. */
  isPattern(node: ts.Node): boolean
  /** Whether a node passes a text to the database unchanged. */
  isRunning(node: ts.Node): node is ts.CallExpression
  /** Whether a text may be passed to code that is not visible: of an object that stands in for another, or is changed. */
  isUnseen(call: Call): boolean
  /** Whether a call reaches a method that is written out in these files, and no other. */
  isOwn(call: Call): boolean
  /** Whether an expression is a function of these files, or one that another of them receives. */
  isFunction(node: ts.Node): boolean
}

/**
 * The callee: the client itself; a method written out here, `own` if it may be that and `surely own` if it can be nothing else;
 * or code that is not visible.
 */
export type Callee = 'client' | 'own' | 'surely own' | 'unseen'

/** Decides which callees method calls reach, given the values of names. */
export type Callees = (of: ValueSources['of']) => (call: Call) => Callee

/** Joins the sources of files that are loaded together, in which calls reach these. */
export function valueSources(files: readonly FileSources[], calleesAmong: Callees): ValueSources {
  const parameters = new Set(files.flatMap((one) => [...one.parameters.keys()]))
  const methods = new Set(
    files.flatMap((one) => [...one.parameters.values()].flat().map(({ name }) => name)),
  )
  const of = givenAmong(files)
  const isPattern = (given: ts.Node): boolean => {
    const node = unwrap(given)
    return isPatternItself(node) || of(nameOf(node)).some(({ source }) => isPatternItself(source))
  }
  const calleeOfMethod = calleesAmong(of)
  /** Whether a method of that name is written here, and the object may be something other than the handle that functions receive. */
  const isOwn = (call: ts.CallExpression): boolean =>
    calleeOfMethod(call) !== 'client' ||
    (methods.has(nameOf(call.expression)) && !parameters.has(nameOf(receiverOf(call))))
  const isRun = (node: ts.Node): node is ts.CallExpression =>
    isRunning(node) && !isPattern(receiverOf(node)) && !isOwn(node)
  const runs = files.flatMap((one) => one.runs).filter(isRun)
  const handles = new Set(runs.map((one) => nameOf(receiverOf(one))))
  return {
    of,
    isPattern,
    isRunning: isRun,
    isHandle: (source) => typeof source === 'string' && source !== '' && handles.has(source),
    isUnseen: (call) => takesText(nameOf(calleeOf(call))) && calleeOfMethod(call) === 'unseen',
    isOwn: (call) => calleeOfMethod(call) === 'surely own',
    isFunction: (node) =>
      isFunctionExpression(node) ||
      [parameters, methods].some((names) => names.has(nameOf(unwrap(node)))),
  }
}

/** The values given to names, each looked up once. */
function givenAmong(files: readonly FileSources[]): ValueSources['of'] {
  return memo((name: string) =>
    files.flatMap((file) => [
      ...(file.given.get(name) ?? []),
      ...(file.parameters.get(name) ?? []).flatMap((called) =>
        files.flatMap(({ calls }) =>
          (calls.get(called.name) ?? [])
            .filter(({ at }) => at === undefined || (called.at ?? at) === at)
            .map((one) => inWay(one, called.way)),
        ),
      ),
    ]),
  )
}

const receiverOf = ({ expression }: ts.CallExpression): ts.Node =>
  ts.isPropertyAccessExpression(expression) ? expression.expression : expression

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
