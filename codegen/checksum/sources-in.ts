// Finds the values that names of a file may be given: by its declarations, assignments and calls. Names are compared as texts.
import { remembered } from '../../src/model/collected.js'
import { ts } from 'ts-morph'
import { isCode } from '../project/file-name.js'
import { nameText, parentOf, unwrap } from '../loading/erased-syntax.js'
import {
  argumentsOf,
  calleeOf,
  isCall,
  isFunctionValue,
  isRunning,
  isTaking,
  nameOf,
  nodesIn,
  valueOf,
  writtenBy,
  type Call,
} from '../loading/load-syntax.js'
import { namesOf } from '../loading/local-names.js'

/** An expression, or another name for the same value. */
export type Source = ts.Node | string

/** What a name may refer to: the value itself, a part of it, a key of it, or something that holds it, such as a list. */
export interface Given {
  readonly source: Source
  readonly way: 'same' | 'part' | 'key' | 'holds'
  /** For an argument of a function, its index; absent if it is known only at run time. */
  readonly at?: number | undefined
}

/** What the names of one file may refer to. The arguments of its functions may be in another file. */
export interface FileSources {
  readonly given: Lists<Given>
  /** The arguments that functions are called with, by function name. */
  readonly calls: Lists<Given>
  /** The names of the functions that have a parameter, by its name. */
  readonly parameters: Lists<Called>
  /** The calls of methods that run a text, unless they are those of an object of the project's own. */
  readonly runs: readonly ts.CallExpression[]
}

interface Called {
  readonly name: string
  /** How the parameter relates to the argument. */
  readonly way: Given['way']
  /** The index of the argument; absent if it may be any of them. */
  readonly at: number | undefined
}

type Lists<T> = ReadonlyMap<string, readonly T[]>

/** Reads the sources of all names in a file. */
export function sourcesIn(file: ts.SourceFile): FileSources {
  const sources = new Map<string, Given[]>()
  const calls = new Map<string, Given[]>()
  const parameters = new Map<string, Called[]>()
  const runs: ts.CallExpression[] = []
  for (const node of nodesIn([file])) {
    for (const [name, values, way] of given(node))
      add(
        sources,
        name,
        values.map((source) => ({ source, way })),
      )
    if (isRunning(node)) runs.push(node)
    if (isCall(node)) for (const [name, values] of callsBy(node)) add(calls, name, values)
    if (!ts.isFunctionLike(node)) continue
    const names = functionNames(node)
    const handed = handedTo(node)
    const isMade = isMadeInto(node)
    for (const { name: parameter, way, at } of parametersOf(node)) {
      add(
        sources,
        parameter,
        handed.map((one) => inWay(one, way)),
      )
      add(
        parameters,
        parameter,
        names.map((name) => ({ name, way, at: isMade ? undefined : at })),
      )
    }
  }
  return { given: sources, calls, parameters, runs }
}

/** The names under which a function knows its arguments: its parameters, and `arguments`, which has all of them. */
function parametersOf(node: ts.SignatureDeclaration): Called[] {
  const isThis = ({ name }: ts.ParameterDeclaration): boolean => name.getText() === 'this'
  const parameters = node.parameters.filter((one) => !isThis(one))
  const all: Called = { name: 'arguments', way: 'holds', at: undefined }
  return [
    ...parameters.flatMap(({ name, dotDotDotToken }, at) =>
      namesOf(name).map((one): Called => {
        const way = ts.isIdentifier(name) && !dotDotDotToken ? 'same' : 'part'
        return { name: one, way, at: dotDotDotToken ? undefined : at }
      }),
    ),
    ...(ts.isArrowFunction(node) || !/\barguments\b/.test(node.getText()) ? [] : [all]),
  ]
}

function add<T>(map: Map<string, T[]>, name: string, values: readonly T[]): void {
  const known = remembered(map, name, () => [])
  for (const value of values) known.push(value)
}

/**
 * The arguments that functions are called with: by the call itself, and by whoever receives the function, with what the receiver
 * adds.
 */
function callsBy(node: Call): [name: string, values: Given[]][] {
  const values = argumentsOf(node)
  const first = ts.isTaggedTemplateExpression(node) ? 0 : values.findIndex(ts.isSpreadElement)
  const known = first < 0 ? values.length : first
  const given = values.map((one, at) => (at < known ? { ...asSame(one), at } : asSame(one)))
  const called: [string, Given[]] = [nameOf(calleeOf(node)), given]
  if (isRunning(node)) return [called]
  const named = values.filter((one) => nameOf(one) !== '')
  return [called, ...named.map((one): [string, Given[]] => [nameOf(one), besides(node, one)])]
}

/** What a call passes to a function it is given: parts of the object it is called on, and its other arguments. */
function besides(call: Call, given: ts.Node): Given[] {
  if (isTaking(call)) return []
  const callee = calleeOf(call)
  const on = ts.isPropertyAccessExpression(callee) ? [callee.expression] : []
  const others = argumentsOf(call).filter((one) => one !== given && !isFunctionValue(unwrap(one)))
  return [...on.map((source): Given => ({ source, way: 'part' })), ...others.map(asSame)]
}

/** The given value, for a name that relates to it in a certain way. */
export const inWay = (given: Given, way: Given['way']): Given =>
  way === 'same' ? given : { source: given.source, way }

const asSame = (source: Source): Given => ({ source, way: 'same' })

type Giving = readonly [name: string, values: readonly Source[], way: Given['way']]

/** The names that a node gives a value to, and the values. */
function given(node: ts.Node): Giving[] {
  if (ts.isVariableDeclaration(node)) {
    const value = valueOf(node)
    const loop = node.parent.parent
    if (ts.isForInStatement(loop))
      return namesOf(node.name).map((name) => [name, [loop.expression], 'key'])
    const way = ts.isForOfStatement(loop) || !ts.isIdentifier(node.name) ? 'part' : 'same'
    return value ? namesOf(node.name).map((name) => [name, [value], way]) : []
  }
  if (isCall(node) && !isRunning(node)) {
    const callee = calleeOf(node)
    return ts.isPropertyAccessExpression(callee)
      ? [[nameOf(callee.expression), argumentsOf(node), 'holds']]
      : []
  }
  if (ts.isBinaryExpression(node) && writtenBy(node)) {
    const [root, name] = [rootName(node.left), nameOf(node.left)]
    const itself: Giving = [name, [node.right], 'same']
    return root === name ? [itself] : [[root, [node.right], 'holds'], itself]
  }
  return [...passedOn(node), ...member(node)]
}

/** Names between modules. */
function passedOn(node: ts.Node): Giving[] {
  if (ts.isExportAssignment(node)) return [['default', [node.expression], 'same']]
  if (ts.isSourceFile(node) && !isCode(node.fileName)) return [['default', node.statements, 'same']]
  if (ts.isImportClause(node) && node.name) return [[node.name.text, ['default'], 'same']]
  if (!ts.isImportSpecifier(node) && !ts.isExportSpecifier(node)) return []
  return node.propertyName ? [[node.name.text, [node.propertyName], 'same']] : []
}

/** A member with a name of its own that holds values or returns them. */
function member(node: ts.Node): Giving[] {
  if (ts.isParameter(node) || ts.isBindingElement(node)) {
    const { name, initializer } = node
    const way = ts.isIdentifier(name) ? 'same' : 'part'
    const key = ts.isBindingElement(node) && node.propertyName ? [keyOf(node.propertyName)] : []
    const values = [...key, ...(initializer ? [initializer] : [])]
    return values.length > 0 ? namesOf(name).map((one) => [one, values, way]) : []
  }
  if (ts.isPropertyDeclaration(node) || ts.isPropertyAssignment(node))
    return node.initializer ? [[keyOf(node.name), [node.initializer], 'same']] : []
  return isNamed(node) && node.name ? [[keyOf(node.name), [node], 'holds']] : []
}

const keyOf = (name: ts.Node): string => nameText(name) ?? name.getText()

type Named =
  | ts.ClassDeclaration
  | ts.EnumDeclaration
  | ts.FunctionDeclaration
  | ts.GetAccessorDeclaration
  | ts.MethodDeclaration
  | ts.ModuleDeclaration

const isNamed = (node: ts.Node): node is Named =>
  ts.isClassDeclaration(node) ||
  ts.isEnumDeclaration(node) ||
  ts.isFunctionDeclaration(node) ||
  ts.isGetAccessor(node) ||
  ts.isMethodDeclaration(node) ||
  ts.isModuleDeclaration(node)

function rootName(node: ts.Node): string {
  let root = node
  while (ts.isPropertyAccessExpression(root) || ts.isElementAccessExpression(root))
    root = root.expression
  return nameOf(root)
}

/** The names by which a function may be called: its own, and those of functions made from it, as by `db.transaction`. */
function functionNames(node: ts.SignatureDeclaration): string[] {
  if (ts.isConstructorDeclaration(node)) return node.parent.name ? [node.parent.name.text] : []
  if (!isFunctionValue(node)) return node.name ? [keyOf(node.name)] : []
  let outer = parentOf(node)
  while (ts.isCallExpression(outer)) outer = parentOf(outer)
  return ts.isVariableDeclaration(outer) ||
    ts.isPropertyAssignment(outer) ||
    ts.isPropertyDeclaration(outer)
    ? [keyOf(outer.name)]
    : []
}

/**
 * Whether a function is named only through what another function makes from it, which may call it with anything: `const f =
 * curry((a) => …)`.
 */
function isMadeInto(node: ts.Node): boolean {
  const outer = parentOf(node)
  return (
    ts.isCallExpression(outer) && (nameOf(calleeOf(outer)) !== 'transaction' || isMadeInto(outer))
  )
}

/**
 * The calls that a function is an argument of: they call it with parts of their object or their other arguments, and with the
 * arguments of the function that such a call returns.
 */
function handedTo(node: ts.SignatureDeclaration): Given[] {
  const outer = parentOf(node)
  if (!isFunctionValue(node) || !ts.isCallExpression(outer)) return []
  const next = parentOf(outer)
  const later = ts.isCallExpression(next) && calleeOf(next) === outer ? next.arguments : []
  return [...besides(outer, node), ...later.map(asSame)]
}
