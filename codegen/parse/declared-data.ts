// Reads the data that a migration declares, piece by piece.
import { Node } from 'ts-morph'
import type { Declared } from '../model/migration.js'
import { wrongType } from './form-problems.js'
import type { Reader } from './reader.js'
import type { Constant, Members } from './values.js'

/** The members of an object by name, each name with its position; none after reporting that it is not an object. */
export function entriesOf(
  name: string,
  node: Node,
  reader: Reader,
): (readonly [Declared<string>, Node])[] {
  const members = membersOf(name, node, reader)
  return [...(members ?? [])].map(([value, member]) => [
    { value, position: reader.place(namedAt(member)) },
    member,
  ])
}

/** The members of an object of constants; null after reporting that it is not one. */
export function membersOf(name: string, node: Node, reader: Reader): Members | null {
  const value = reader.evaluate(node)
  if (value === null) return null
  if (value.is === 'object') return value.members
  return reader.report(wrongType(reader.place(node), name, 'an object of constants'))
}

/** The position of the name, if it precedes the value. */
export function namedAt(node: Node): Node {
  const parent = node.getParent()
  return Node.isPropertyAssignment(parent) ? parent : node
}

/** Whether a constant is text. */
export const isText = (value: Constant): value is string => typeof value === 'string'

/** What is accepted, and how messages call it. */
export interface Wanted<T extends Constant> {
  readonly name: string
  readonly is: (value: Constant) => value is T
  readonly expected: string
}

/** The constant as a list of one; empty after reporting a value of another type. */
export function constant<T extends Constant>(
  { name, is, expected }: Wanted<T>,
  node: Node,
  reader: Reader,
): Declared<T>[] {
  const value = reader.evaluate(node)
  if (value === null) return []
  const position = reader.place(node)
  if (value.is === 'constant' && is(value.value)) {
    const isWritten = isText(value.value) && value.verbatim
    const own = isWritten ? { text: reader.place(value.node, value.start) } : {}
    return [{ value: value.value, position, ...own }]
  }
  reader.report(wrongType(position, name, expected))
  return []
}

/** Like `constant`, for a text. */
export const text = (name: string, node: Node, reader: Reader): Declared<string>[] =>
  constant({ name, is: isText, expected: 'a text' }, node, reader)

/** The elements of a list; none after reporting that it is not a list. */
export function items(name: string, node: Node | undefined, reader: Reader): readonly Node[] {
  const value = node && reader.evaluate(node)
  if (!node || !value) return []
  if (value.is === 'list') return value.items
  reader.report(wrongType(reader.place(node), name, 'a list'))
  return []
}
