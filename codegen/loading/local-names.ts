// Finds the names that are local in a piece of code, and so do not refer to module-level ones.
import { kindsOf } from './kinds-of.js'
import { ts } from 'ts-morph'
import { isErased } from './erased-syntax.js'

/** The names that a node declares for the code inside it; undefined if it opens no scope or declares none. */
export function localNames(node: ts.Node): ReadonlySet<string> | undefined {
  if (!ts.isFunctionLike(node) && !scopes().has(node.kind)) return undefined
  const names = new Set<string>()
  collect(node, names)
  return names.size > 0 ? names : undefined
}

/**
 * The names declared by a node that are visible in one of its parts. A function's variables are visible in its body alone, not in
 * its parameters, and neither are visible in its computed name; type-only declarations declare no name.
 */
export function namesInPart(
  node: ts.Node,
  part: string,
  names: ReadonlySet<string>,
): ReadonlySet<string> {
  if (ts.isFunctionLike(node)) {
    if (part === 'body') return names
    return part === 'parameters' ? parameterNames(node) : NONE
  }
  if (!ts.isBlock(node) && !ts.isModuleBlock(node)) return names
  const kept = node.statements.filter((statement) => !isErased(statement))
  if (kept.length === node.statements.length) return names
  const given = new Set<string>()
  addStatements(kept, given)
  return given
}

const NONE: ReadonlySet<string> = new Set()

function parameterNames(node: ts.SignatureDeclaration): ReadonlySet<string> {
  const names = new Set<string>()
  addParameters(node, names)
  return names
}

const scopes = kindsOf(
  'Block',
  'ModuleBlock',
  'CaseBlock',
  'ForStatement',
  'ForInStatement',
  'ForOfStatement',
  'CatchClause',
  'ClassExpression',
)

function collect(node: ts.Node, names: Set<string>): void {
  if (ts.isFunctionLike(node)) addFunctionScope(node, names)
  else if (ts.isBlock(node) || ts.isModuleBlock(node)) addStatements(node.statements, names)
  else if (ts.isCaseBlock(node))
    for (const { statements } of node.clauses) addStatements(statements, names)
  else if (ts.isCatchClause(node)) addDeclarations(node.variableDeclaration, names)
  else if (ts.isClassExpression(node)) addName(node.name, names)
  else addDeclarations((node as ts.ForStatement | ts.ForInOrOfStatement).initializer, names)
}

function addFunctionScope(node: ts.SignatureDeclaration, names: Set<string>): void {
  addParameters(node, names)
  addHoisted(node, names)
}

function addParameters(node: ts.SignatureDeclaration, names: Set<string>): void {
  for (const parameter of node.parameters) addName(parameter.name, names)
  if (ts.isFunctionExpression(node)) addName(node.name, names)
  if (!ts.isArrowFunction(node)) names.add('arguments')
}

/** `var` belongs to the whole function. Expressions contain none, except in nested functions. */
function addHoisted(node: ts.Node, names: Set<string>): void {
  ts.forEachChild(node, (child) => {
    if (ts.isExpression(child) || ts.isFunctionLike(child) || ts.isClassLike(child)) return
    if (ts.isVariableDeclarationList(child) && !(child.flags & ts.NodeFlags.BlockScoped))
      addDeclarations(child, names)
    addHoisted(child, names)
  })
}

function addStatements(statements: readonly ts.Statement[], names: Set<string>): void {
  for (const statement of statements) {
    if (ts.isVariableStatement(statement)) addDeclarations(statement.declarationList, names)
    else if (
      ts.isFunctionDeclaration(statement) ||
      ts.isClassDeclaration(statement) ||
      ts.isEnumDeclaration(statement)
    )
      addName(statement.name, names)
  }
}

function addDeclarations(node: ts.Node | undefined, names: Set<string>): void {
  if (!node) return
  if (ts.isVariableDeclarationList(node))
    for (const { name } of node.declarations) addName(name, names)
  else if (ts.isVariableDeclaration(node)) addName(node.name, names)
}

function addName(name: ts.BindingName | undefined, names: Set<string>): void {
  for (const given of namesOf(name)) names.add(given)
}

/** The names that a name or a destructuring pattern gives. */
export function namesOf(name: ts.BindingName | undefined): string[] {
  if (!name) return []
  if (ts.isIdentifier(name)) return [name.text]
  return name.elements.flatMap((element) =>
    ts.isOmittedExpression(element) ? [] : namesOf(element.name),
  )
}

/** Whether a node has its own `this` inside. */
export const bindsThis = (node: ts.Node): boolean =>
  (ts.isFunctionLike(node) && !ts.isArrowFunction(node)) || ts.isClassLike(node)
