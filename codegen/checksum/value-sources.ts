// What a name may be given: the expressions of its declarations, assignments and calls. Names are compared as texts.
import { ts } from 'ts-morph'
import {
  argumentsOf,
  calleeOf,
  isCall,
  isFunctionValue,
  isRunning,
  nodesIn,
  writtenBy,
} from '../loading/load-syntax.js'
import { namesOf } from '../loading/local-names.js'

/** An expression, or another name for the same. */
export type Source = ts.Node | string

/** The expressions by the names that may stand for them. */
export interface ValueSources {
  of(name: string): readonly Source[]
  /** Names of database handles: what `exec` and `prepare` are called on. */
  readonly handles: ReadonlySet<string>
}

/** The same of one file, where what its functions are called with may stand in another. */
export interface FileSources {
  readonly given: Lists<Source>
  /** What functions are called with, by their names. */
  readonly calls: Lists<Source>
  /** The names of the functions that have a parameter, by its name. */
  readonly parameters: Lists<string>
  readonly handles: ReadonlySet<string>
}

type Lists<T> = ReadonlyMap<string, readonly T[]>

/** Joins the sources of files that are loaded together. */
export const valueSources = (files: readonly FileSources[]): ValueSources => ({
  of: (name) =>
    files.flatMap(({ given, parameters }) => [
      ...(given.get(name) ?? []),
      ...(parameters.get(name) ?? []).flatMap((called) =>
        files.flatMap(({ calls }) => calls.get(called) ?? []),
      ),
    ]),
  handles: new Set(files.flatMap(({ handles }) => [...handles])),
})

/** Reads the sources of all names in a file. */
export function sourcesIn(file: ts.SourceFile): FileSources {
  const sources = new Map<string, Source[]>()
  const calls = new Map<string, Source[]>()
  const parameters = new Map<string, string[]>()
  const handles = new Set<string>()
  for (const node of nodesIn([file])) {
    for (const [name, values] of given(node)) add(sources, name, values)
    if (isRunning(node)) handles.add(handleOf(node))
    else if (isCall(node)) add(calls, nameOf(calleeOf(node)), argumentsOf(node))
    if (!ts.isFunctionLike(node)) continue
    const name = functionName(node)
    for (const parameter of node.parameters.flatMap((one) => namesOf(one.name)))
      if (name === null) add(sources, parameter, handedTo(node))
      else add(parameters, parameter, [name])
  }
  return { given: sources, calls, parameters, handles }
}

function add<T>(map: Map<string, T[]>, name: string, values: readonly T[]): void {
  const known = map.get(name)
  if (known) for (const value of values) known.push(value)
  else map.set(name, [...values])
}

const handleOf = ({ expression }: ts.CallExpression): string =>
  ts.isPropertyAccessExpression(expression) ? nameOf(expression.expression) : ''

type Given = readonly [name: string, values: readonly Source[]]

/** The names that a node gives something, and what. */
function given(node: ts.Node): Given[] {
  if (ts.isVariableDeclaration(node)) {
    const loop = node.parent.parent
    const value = ts.isForOfStatement(loop) ? loop.expression : node.initializer
    return value ? namesOf(node.name).map((name) => [name, [value]]) : []
  }
  if (isCall(node) && !isRunning(node)) {
    const callee = calleeOf(node)
    return ts.isPropertyAccessExpression(callee)
      ? [[nameOf(callee.expression), argumentsOf(node)]]
      : []
  }
  if (ts.isBinaryExpression(node) && writtenBy(node)) {
    const written = [rootName(node.left), nameOf(node.left)]
    return [...new Set(written)].map((name) => [name, [node.right]])
  }
  return [...passedOn(node), ...member(node)]
}

/** Names between modules. */
function passedOn(node: ts.Node): Given[] {
  if (ts.isExportAssignment(node)) return [['default', [node.expression]]]
  if (ts.isSourceFile(node) && node.fileName.endsWith('.json'))
    return [['default', node.statements]]
  if (ts.isImportClause(node) && node.name) return [[node.name.text, ['default']]]
  if (!ts.isImportSpecifier(node) && !ts.isExportSpecifier(node)) return []
  return node.propertyName ? [[node.name.text, [node.propertyName]]] : []
}

/** What has a name of its own, and holds values or answers with them. */
function member(node: ts.Node): Given[] {
  if (ts.isParameter(node) || ts.isBindingElement(node)) {
    const { name, initializer } = node
    return initializer ? namesOf(name).map((one) => [one, [initializer]]) : []
  }
  if (ts.isPropertyDeclaration(node) || ts.isPropertyAssignment(node))
    return node.initializer ? [[node.name.getText(), [node.initializer]]] : []
  return isNamed(node) && node.name ? [[node.name.getText(), [node]]] : []
}

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

/** The last name of `a.b.c`, empty where there is none. */
function nameOf(node: ts.Node): string {
  if (ts.isIdentifier(node)) return node.text
  return ts.isPropertyAccessExpression(node) ? node.name.text : ''
}

function rootName(node: ts.Node): string {
  let root = node
  while (ts.isPropertyAccessExpression(root) || ts.isElementAccessExpression(root))
    root = root.expression
  return nameOf(root)
}

function functionName(node: ts.SignatureDeclaration): string | null {
  if (isFunctionValue(node)) {
    const { parent } = node
    if (
      ts.isVariableDeclaration(parent) ||
      ts.isPropertyAssignment(parent) ||
      ts.isPropertyDeclaration(parent)
    )
      return parent.name.getText()
    return null
  }
  return node.name ? node.name.getText() : null
}

/** The call that a function is an argument of: it is called with parts of what that is called on, or is given besides. */
function handedTo({ parent }: ts.SignatureDeclaration): ts.Node[] {
  if (!ts.isCallExpression(parent)) return []
  const callee = calleeOf(parent)
  const others = parent.arguments.filter((one) => !isFunctionValue(one))
  return ts.isPropertyAccessExpression(callee) ? [callee.expression, ...others] : others
}
