// Evaluates array and object literals: spreads are resolved, elements and members are left for later.
import { Node } from 'ts-morph'
import type {
  ArrayLiteralExpression,
  ObjectLiteralElementLike,
  ObjectLiteralExpression,
} from 'ts-morph'
import type { Reader } from './reader.js'
import { excerpt } from './excerpt.js'
import { wrongType } from './form-problems.js'
import { isTooLong } from './limits.js'
import { computedKey, emptyItem, tooLarge } from './reading-problems.js'
import type { ListValue, ObjectValue } from './values.js'

/** The elements of an array literal, with constant lists spread into it. */
export function evaluateArray(node: ArrayLiteralExpression, reader: Reader): ListValue | null {
  const elements = node.getElements()
  const items = elements.map((element) => itemsOf(element, reader))
  if (!items.every((item) => item !== null)) return null
  if (elements.some(Node.isSpreadElement) && isTooLong(items))
    return reader.report(tooLarge(reader.place(node)))
  return { is: 'list', items: items.flat(), node }
}

function itemsOf(element: Node, reader: Reader): readonly Node[] | null {
  if (Node.isOmittedExpression(element)) return reader.report(emptyItem(reader.place(element)))
  if (!Node.isSpreadElement(element)) return [element]
  const list = reader.evaluate(element.getExpression())
  if (list === null || list.is === 'list') return list && list.items
  return reader.report(wrongType(reader.place(element), excerpt(element), 'a constant list'))
}

/** The members of an object literal, with constant objects spread into it; the last one of each name counts. */
export function evaluateObject(node: ObjectLiteralExpression, reader: Reader): ObjectValue | null {
  const members = new Map<string, Node>()
  let complete = true
  for (const property of node.getProperties()) {
    const found = membersOf(property, reader)
    for (const [name, value] of found ?? []) members.set(name, value)
    complete &&= found !== null
  }
  return complete ? { is: 'object', members, node } : null
}

function membersOf(
  property: ObjectLiteralElementLike,
  reader: Reader,
): Iterable<[string, Node]> | null {
  if (Node.isSpreadAssignment(property)) return spreadMembers(property.getExpression(), reader)
  if (Node.isShorthandPropertyAssignment(property))
    return [[property.getName(), property.getNameNode()]]
  const name = propertyName(property.getNameNode())
  if (name === null) return reader.report(computedKey(reader.place(property)))
  if (Node.isSetAccessorDeclaration(property)) return []
  if (Node.isPropertyAssignment(property)) return [[name, property.getInitializerOrThrow()]]
  return [[name, property]]
}

function spreadMembers(expression: Node, reader: Reader): Iterable<[string, Node]> | null {
  const object = reader.evaluate(expression)
  if (object === null || object.is === 'object') return object && object.members
  return reader.report(
    wrongType(reader.place(expression), `...${excerpt(expression)}`, 'a constant object'),
  )
}

/** The name of a property, method or field; null if it is computed. */
export function propertyName(node: Node): string | null {
  if (Node.isComputedPropertyName(node)) return null
  if (Node.isStringLiteral(node) || Node.isNoSubstitutionTemplateLiteral(node))
    return node.getLiteralText()
  return Node.isNumericLiteral(node) ? node.compilerNode.text : node.getText()
}
