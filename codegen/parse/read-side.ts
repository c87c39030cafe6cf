// Reads `up` or `down`: a function, or SQL as a string, a `sql` template or a list of them.
import { Node } from 'ts-morph'
import type { CodeSide, Side, SqlPiece } from '../model.js'
import { generator, wrongType } from './form-problems.js'
import type { Reader } from './reader.js'
import { sqlNul } from './sql-file-problems.js'
import type { ConstantValue, FunctionValue, Value } from './values.js'

/**
 * The side that a member gives; `name` is what the member is called. Null when it is absent or `undefined`, and after
 * reporting why it cannot be read. A list of no statements is a side without pieces.
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

/** The value of a side with the member that gave it, where a problem is reported. */
interface Given {
  readonly value: Value
  readonly member: Node
}

function readPieces(name: string, given: Given, reader: Reader): SqlPiece[] | null {
  const { value, member } = given
  if (value.is === 'constant') return onePiece(readPiece(value, given, reader))
  if (value.is === 'list') return readList(value.items, reader)
  return reader.report(
    wrongType(reader.place(member), name, 'a function, SQL text or a list of SQL texts'),
  )
}

const onePiece = (piece: SqlPiece | null): SqlPiece[] | null => piece && [piece]

function readList(items: readonly Node[], reader: Reader): SqlPiece[] | null {
  const pieces = items.map((member) => {
    const value = reader.evaluate(member)
    return value && readPiece(value, { value, member }, reader)
  })
  return pieces.every((piece) => piece !== null) ? pieces : null
}

function readPiece(value: Value, { member }: Given, reader: Reader): SqlPiece | null {
  const text = value.is === 'constant' ? sqlText(value) : null
  if (value.is !== 'constant' || text === null) {
    return reader.report(wrongType(reader.place(member), shown(member), 'SQL text'))
  }
  const position = reader.place(value.node, value.start)
  if (text.includes('\0')) return reader.report(sqlNul(position))
  return { text, position, verbatim: value.verbatim }
}

function sqlText({ value }: ConstantValue): string | null {
  if (typeof value === 'string') return value
  return typeof value === 'object' && value !== null ? value.text : null
}

const shown = (node: Node): string => node.getText().split('\n')[0] ?? ''
