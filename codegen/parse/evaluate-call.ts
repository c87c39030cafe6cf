// Evaluates the few calls that are supported: Lockstep's own, `.join(…)`, and `new` of a class. Any other call is a problem.
import { Node } from 'ts-morph'
import type { CallExpression, NewExpression, PropertyAccessExpression } from 'ts-morph'
import { sql } from '../../src/database/sql-tag.js'
import { classArguments, wrongType } from './form-problems.js'
import { excerpt } from './excerpt.js'
import { lockstepName } from './lockstep-imports.js'
import type { Reader } from './reader.js'
import { isTooLarge } from './limits.js'
import { called, mapped, notImported, notReadable, tooLarge } from './reading-problems.js'
import type { Constant, ConstantValue, ListValue, Value } from './values.js'

/** The value of a call: the argument of `defineMigration`, the text of `.join` on a constant list, the name of `sql.id`. */
export function evaluateCall(node: CallExpression, reader: Reader): Value | null {
  const callee = node.getExpression()
  const [first] = node.getArguments()
  const ours = lockstepName(callee, reader)
  if ((ours === 'defineMigration' || ours === 'defineMigrations') && first)
    return reader.evaluate(first)
  if (Node.isPropertyAccessExpression(callee)) return evaluateMethod(node, callee, reader)
  const at = reader.place(node)
  const name = callee.getText()
  const unbound = !reader.module(node.getSourceFile()).names.has(name)
  if (unbound && /^defineMigrations?$/.test(name)) return reader.report(notImported(at, name))
  return reader.report(called(at, `${excerpt(callee)}(…)`))
}

/** `new A()`: an instance of a class is read like the class. */
export function evaluateNew(node: NewExpression, reader: Reader): Value | null {
  const made = reader.evaluate(node.getExpression())
  if (made === null) return null
  if (made.is !== 'class')
    return reader.report(notReadable(reader.place(node), `\`${excerpt(node)}\``))
  const [argument] = node.getArguments()
  return argument ? reader.report(classArguments(reader.place(argument))) : made
}

const LIST_MAKERS = new Set([
  'map',
  'flatMap',
  'filter',
  'flat',
  'concat',
  'reduce',
  'slice',
  'sort',
  'reverse',
  'from',
  'of',
])

function evaluateMethod(
  node: CallExpression,
  callee: PropertyAccessExpression,
  reader: Reader,
): Value | null {
  const method = callee.getName()
  if (lockstepName(callee.getExpression(), reader) === 'sql')
    return evaluateFragment(node, method, reader)
  if (method === 'join') return evaluateJoin(node, callee.getExpression(), reader)
  const at = reader.place(node)
  return reader.report(
    LIST_MAKERS.has(method) ? mapped(at, method) : called(at, `${excerpt(callee)}(…)`),
  )
}

/** `sql.id(name)` and `sql.raw(text)`. */
function evaluateFragment(
  node: CallExpression,
  method: string,
  reader: Reader,
): ConstantValue | null {
  const [argument] = node.getArguments()
  const make = method === 'id' ? sql.id : method === 'raw' ? sql.raw : null
  if (!make || !argument) return reader.report(called(reader.place(node), `sql.${method}(…)`))
  const value = constantOf(argument, reader)
  if (value === null) return null
  if (typeof value.value !== 'string') {
    return reader.report(wrongType(reader.place(argument), excerpt(argument), 'a string'))
  }
  const verbatim = value.verbatim && method === 'raw'
  return { ...value, value: make(value.value), verbatim }
}

/** `['a', 'b'].join(';')`, joined as JavaScript does. */
function evaluateJoin(node: CallExpression, list: Node, reader: Reader): ConstantValue | null {
  const items = reader.evaluate(list)
  if (items === null) return null
  if (items.is !== 'list')
    return reader.report(wrongType(reader.place(list), excerpt(list), 'a constant list'))
  const parts = joinedParts(items, reader)
  const separator = separatorOf(node, reader)
  if (parts === null || separator === null) return null
  const [first] = parts
  if (isTooLarge(parts.flatMap((part) => [part.value, separator])))
    return reader.report(tooLarge(reader.place(node)))
  const value = parts.map((part) => part.value).join(separator)
  const { node: at, start } = first ?? { node, start: node.getStart() }
  return { is: 'constant', value, node: at, start, verbatim: false }
}

function joinedParts(list: ListValue, reader: Reader): readonly ConstantValue[] | null {
  const parts = list.items.map((item) => constantOf(item, reader))
  return parts.every((part) => part !== null) ? parts : null
}

function separatorOf(node: CallExpression, reader: Reader): string | null {
  const [argument] = node.getArguments()
  if (!argument) return ','
  const separator = constantOf(argument, reader)
  return separator && (separator.value === undefined ? ',' : String(separator.value))
}

/** A constant that is text or a number; fragments of `sql` cannot be joined as strings. */
function constantOf(
  node: Node,
  reader: Reader,
): (ConstantValue & { value: Exclude<Constant, object> }) | null {
  const value = reader.evaluate(node)
  if (value === null) return null
  if (value.is === 'constant' && (typeof value.value !== 'object' || value.value === null)) {
    return value as ConstantValue & { value: Exclude<Constant, object> }
  }
  return reader.report(wrongType(reader.place(node), excerpt(node), 'a string'))
}
