// Decides from the syntax of one file alone that loading it has no effects, which holds for most files: then nothing needs to be
// judged.
import { kindsOf } from './kinds-of.js'
import { ts } from 'ts-morph'
import { isErased, unwrap } from './erased-syntax.js'
import { onlyAnswers } from './harmless-calls.js'
import { isFunctionValue, isUsing } from './load-syntax.js'
import type { ModuleIndex } from './module-index.js'

/**
 * Whether a file only imports, exports and declares literals, functions, and results of Lockstep's own functions. Stricter than
 * `LoadTime`, whatever else is loaded; so false proves nothing.
 */
export const isStill = (file: ts.SourceFile, index: ModuleIndex): boolean =>
  index.effects.length === 0 && file.statements.every((one) => isStillStatement(one, index))

function isStillStatement(node: ts.Statement, index: ModuleIndex): boolean {
  if (isErased(node) || ts.isFunctionDeclaration(node)) return true
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return true
  if (ts.isClassDeclaration(node)) return isStillClass(node, index)
  if (ts.isVariableStatement(node)) return isStillList(node.declarationList, index)
  // Directives and the value of a JSON file have no effect.
  return (
    (ts.isExportAssignment(node) || ts.isExpressionStatement(node)) &&
    isStillValue(node.expression, index)
  )
}

const isStillList = (list: ts.VariableDeclarationList, index: ModuleIndex): boolean =>
  !isUsing(list) &&
  list.declarations.every(
    ({ name, initializer }) =>
      ts.isIdentifier(name) && (!initializer || isStillValue(initializer, index)),
  )

/** Methods, and fields with values that are still. */
const isStillClass = (node: ts.ClassLikeDeclaration, index: ModuleIndex): boolean =>
  !ts.getDecorators(node) &&
  (node.heritageClauses ?? []).every(({ types }) =>
    types.every(({ expression }) => ts.isIdentifier(expression)),
  ) &&
  node.members.every((member) => isErased(member) || isStillMember(member, index))

function isStillMember(member: ts.ClassElement | ts.ObjectLiteralElement, index: ModuleIndex) {
  if (!member.name || ts.isComputedPropertyName(member.name)) return false
  if (ts.canHaveDecorators(member) && ts.getDecorators(member)) return false
  if (ts.isMethodDeclaration(member) || ts.isAccessor(member)) return true
  if (ts.isShorthandPropertyAssignment(member)) return true
  if (!ts.isPropertyAssignment(member) && !ts.isPropertyDeclaration(member)) return false
  return !member.initializer || isStillValue(member.initializer, index)
}

const plain = kindsOf('TrueKeyword', 'FalseKeyword', 'NullKeyword', 'Identifier')

function isStillValue(given: ts.Node, index: ModuleIndex): boolean {
  const node = unwrap(given)
  if (ts.isLiteralExpression(node) || plain().has(node.kind) || isFunctionValue(node)) return true
  if (ts.isPrefixUnaryExpression(node)) return ts.isNumericLiteral(node.operand)
  if (ts.isArrayLiteralExpression(node))
    return node.elements.every((element) => isStillValue(element, index))
  if (ts.isObjectLiteralExpression(node))
    return node.properties.every((property) => isStillMember(property, index))
  if (ts.isClassExpression(node)) return isStillClass(node, index)
  if (ts.isTaggedTemplateExpression(node))
    return isAnswering(node.tag, index) && isStillValue(node.template, index)
  return (
    ts.isCallExpression(node) &&
    isAnswering(node.expression, index) &&
    node.arguments.every((argument) => isStillValue(argument, index))
  )
}

/** Whether a function is one of Lockstep's own, or one of the platform's that only return a value. */
function isAnswering(node: ts.Node, { declared, imported }: ModuleIndex): boolean {
  if (!ts.isIdentifier(node) || declared.has(node.text)) return false
  const from = imported.get(node.text)?.from
  return from !== undefined && onlyAnswers(from)
}
