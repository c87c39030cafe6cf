// Evaluates names: a constant, function or class of the same file, or an export of a `_*` helper file.
import {
  Node,
  type ElementAccessExpression,
  type ExportSpecifier,
  type Identifier,
  type PropertyAccessExpression,
} from 'ts-morph'
import { memberName } from '../loading/erased-syntax.js'
import { findMutation, reassignmentOf } from './find-mutation.js'
import { excerpt } from './excerpt.js'
import type { Binding } from './module.js'
import type { Reader } from './reader.js'
import {
  circular,
  imported,
  importBroken,
  importMissing,
  notConstant,
  notReadable,
  touched,
  undeclared,
} from './reading-problems.js'
import type { Value } from './values.js'

/** The value of a name. Only top-level declarations are considered: no evaluated expression has a scope of its own. */
export function evaluateIdentifier(node: Identifier, reader: Reader): Value | null {
  const name = node.getText()
  const binding = reader.module(node.getSourceFile()).names.get(name)
  if (binding?.is === 'value') return evaluateBound(node, binding.node, reader)
  if (binding?.is === 'import') return evaluateImport(node, binding, reader)
  if (binding) return reader.report(notConstant(reader.place(node), name))
  if (name !== 'undefined') return reader.report(undeclared(reader.place(node), name))
  return { is: 'constant', value: undefined, node, start: node.getStart(), verbatim: true }
}

/** The value that `export { up } from './_shared.js'` passes on. */
export function evaluateExportSpecifier(node: ExportSpecifier, reader: Reader): Value | null {
  const from = node.getExportDeclaration().getModuleSpecifierValue() ?? ''
  return evaluateExport({ node, name: node.getName(), from }, reader)
}

/** A member of a constant object, or of a helper file imported as a whole: `shared.up`, `shared['up']`. */
export function evaluateProperty(
  node: PropertyAccessExpression | ElementAccessExpression,
  reader: Reader,
): Value | null {
  const name = memberName(node.compilerNode)
  const object = name === null ? null : reader.evaluate(node.getExpression())
  if (name !== null && object === null) return null
  const member = name !== null && object?.is === 'object' ? object.members.get(name) : undefined
  if (member) return reader.evaluate(member)
  return reader.report(notReadable(reader.place(node), `\`${excerpt(node)}\``))
}

/** A helper file imported as a whole, which is immutable; its exports are checked where they are declared. */
const isModule = (value: Value): boolean => value.is === 'object' && Node.isSourceFile(value.node)

function evaluateImport(
  node: Node,
  binding: Binding & { is: 'import' },
  reader: Reader,
): Value | null {
  const value = evaluateExport({ node, name: binding.name, from: binding.from }, reader)
  return value && unchanged(value, { node, name: node.getText() }, reader)
}

/** A name used at `node` that is exported as `name` by the module `from`. */
interface Use {
  readonly node: Node
  readonly name: string
  readonly from: string
}

function evaluateExport({ node, name, from }: Use, reader: Reader): Value | null {
  const helper = reader.helper(node.getSourceFile(), from)
  if (helper === null) return reader.report(imported(reader.place(node), node.getText(), from))
  if (helper === 'broken')
    return reader.report(importBroken(reader.place(node), node.getText(), from))
  const { exports } = reader.module(helper)
  if (name === '*') return { is: 'object', members: exports, node: helper }
  const exported = exports.get(name)
  if (!exported) return reader.report(importMissing(reader.place(node), name, from))
  return evaluateOnce(node, exported, reader)
}

function evaluateBound(use: Identifier, target: Node, reader: Reader): Value | null {
  const value = evaluateOnce(use, target, reader)
  return value && unchanged(value, { node: use, name: use.getText() }, reader)
}

/** The value of a name of the file that contains `node`, unless a statement of that file may change it. */
export function unchanged<V extends Value>(
  value: V,
  { node, name }: Omit<Use, 'from'>,
  reader: Reader,
): V | null {
  if (value.is === 'constant') return value
  const source = node.getSourceFile()
  const module = reader.module(source)
  const changed =
    value.is === 'function'
      ? reassignmentOf(name, source)
      : (module.touched.get(name) ?? (isModule(value) ? null : findMutation(name, source, module)))
  return changed ? reader.report(touched(reader.place(changed), name)) : value
}

/** Evaluates the target of a name, unless that is already in progress: then the name is defined by itself. */
function evaluateOnce(use: Node, target: Node, reader: Reader): Value | null {
  if (reader.active.has(target)) return reader.report(circular(reader.place(use), use.getText()))
  const found = reader.found.get(target)
  if (found) {
    for (const problem of found.problems) reader.report(problem)
    return found.value
  }
  const before = reader.problems.length
  reader.active.add(target)
  const value = reader.evaluate(target)
  reader.active.delete(target)
  reader.found.set(target, { value, problems: [...new Set(reader.problems.slice(before))] })
  return value
}
