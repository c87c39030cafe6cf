// Reads `up` or `down`: a function, or SQL as a string, a `sql` template or a list of them.
import { Node } from 'ts-morph'
import type { CodeSide, Side, SqlPiece } from '../model/migration.js'
import { excerpt } from './excerpt.js'
import { generator, wrongType } from './form-problems.js'
import type { Reader } from './reader.js'
import { sqlNul } from './sql-file-problems.js'
import type { ConstantValue, FunctionValue, Value } from './values.js'

/**
 * The side in a member; `name` is the name of the member. Null if it is absent or `undefined`, and after reporting why it cannot
 * be read. A list of no statements is a side without pieces.
 */
export function readSide(name: string, member: Node | undefined, reader: Reader): Side | null {
  const value = member ? reader.evaluate(member) : null
  if (!member || value === null || isAbsent(value)) return null
  if (value.is === 'function') return readCode(name, value, reader)
  const pieces = readPieces(name, { value, member }, reader)
  return pieces && { kind: 'sql', pieces, position: reader.place(member), node: member }
}

const isAbsent = (value: Value): boolean => value.is === 'constant' && value.value === undefined

function readCode(name: string, { node }: FunctionValue, reader: Reader): CodeSide | null {
  const position = reader.place(node)
  if (!Node.isArrowFunction(node) && node.isGenerator()) {
    return reader.report(generator(position, name))
  }
  return { kind: 'code', async: isAsync(node), position, node }
}

/** Marked `async`, or declared to return a promise. */
const isAsync = (node: FunctionValue['node']): boolean =>
  node.isAsync() || /^Promise(Like)?\b/.test(node.getReturnTypeNode()?.getText() ?? '')

/** The value of a side with its member, at which problems are reported. */
interface Given {
  readonly value: Value
  readonly member: Node
}

function readPieces(name: string, { value, member }: Given, reader: Reader): SqlPiece[] | null {
  if (value.is === 'list') return readList(value.items, reader)
  const text = textOf(value)
  if (text) return readText(text, reader)
  const expected = 'a function, SQL text or a list of SQL texts'
  return reader.report(wrongType(reader.place(member), name, expected))
}

function readList(items: readonly Node[], reader: Reader): SqlPiece[] | null {
  const pieces = items.map((item) => readItem(item, reader))
  return pieces.every((piece) => piece !== null) ? pieces.flat() : null
}

function readItem(item: Node, reader: Reader): SqlPiece[] | null {
  const value = reader.evaluate(item)
  if (value === null) return null
  const text = textOf(value)
  if (text) return readText(text, reader)
  return reader.report(wrongType(reader.place(item), excerpt(item), 'SQL text'))
}

/** A constant that is SQL text, with that text. */
interface Text extends Pick<ConstantValue, 'node' | 'start' | 'verbatim'> {
  readonly text: string
}

function textOf(value: Value): Text | null {
  if (value.is !== 'constant') return null
  if (typeof value.value === 'string') return { ...value, text: value.value }
  const fragment = typeof value.value === 'object' ? value.value : null
  return fragment && { ...value, text: fragment.text }
}

function readText({ text, node, start, verbatim }: Text, reader: Reader): SqlPiece[] | null {
  const position = reader.place(node, start)
  return text.includes('\0') ? reader.report(sqlNul(position)) : [{ text, position, verbatim }]
}
