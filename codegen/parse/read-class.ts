// Reads the class form: fields, methods, getters, and what the constructor passes to `super` or sets on `this`.
import { Node, SyntaxKind } from 'ts-morph'
import type {
  ClassMemberTypes,
  ConstructorDeclaration,
  MethodDeclaration,
  PropertyDeclaration,
} from 'ts-morph'
import type { Diagnostic } from '../model/diagnostic.js'
import { classChange, type ClassChange } from './class-changes.js'
import { propertyName } from './evaluate-structure.js'
import { excerpt, excerptOf } from './excerpt.js'
import {
  classAbstract,
  classArguments,
  classBase,
  classChanged,
  classConstructor,
  classDecorated,
  classStatic,
  classTwice,
} from './form-problems.js'
import { lockstepName } from './lockstep-imports.js'
import type { Reader } from './reader.js'
import { computedKey, notImported } from './reading-problems.js'
import type { ClassValue, Members } from './values.js'

/**
 * The members of a migration class by name. Null after reporting why it cannot be read: a base class with members of its own,
 * constructor parameters, `abstract`. Static fields count as facts about the migration.
 */
export function readClass({ node }: ClassValue, reader: Reader): Members | null {
  if (node.isAbstract()) return reader.report(classAbstract(reader.place(node)))
  if (!hasPlainBase(node, reader) || !isAsWritten(node, reader)) return null
  const members = new Map<string, Node>()
  let complete = true
  for (const member of node.getMembers()) {
    const found = membersOf(member, reader)
    for (const [name, value] of found ?? []) members.set(name, value)
    complete &&= found !== null
  }
  return complete ? members : null
}

/** Whether the `up` and `down` of an instance are those written in the class; reports what may change them. */
function isAsWritten(node: ClassValue['node'], reader: Reader): boolean {
  const change = classChange(node.compilerNode)
  const second = change ? null : secondSide(node)
  if (change) reader.report(changeProblem(change, node, reader))
  if (second) reader.report(classTwice(reader.place(second), excerpt(second.getNameNode())))
  return !change && !second
}

function changeProblem(
  { is, node: part, around }: ClassChange,
  node: ClassValue['node'],
  reader: Reader,
): Diagnostic {
  const at = reader.place(node, part.getStart())
  const code = excerptOf(around.getText())
  if (is === 'decorator') return classDecorated(at, code)
  return is === 'constructor' ? classConstructor(at, code) : classChanged(at, code)
}

/** A second `up` or `down` with code of its own. */
function secondSide(node: ClassValue['node']): PropertyDeclaration | MethodDeclaration | null {
  const sides = node
    .getInstanceMembers()
    .filter((member) => Node.isPropertyDeclaration(member) || Node.isMethodDeclaration(member))
    .filter((member) => !Node.isPropertyDeclaration(member) || !member.hasDeclareKeyword())
  const seen = new Set<string>()
  for (const side of sides) {
    const name = propertyName(side.getNameNode())
    if (name !== 'up' && name !== 'down') continue
    if (seen.has(name)) return side
    seen.add(name)
  }
  return null
}

/** Whether the class extends nothing, Lockstep's `Migration`, or a class of this file that adds nothing to it. */
function hasPlainBase(node: ClassValue['node'], reader: Reader): boolean {
  const base = node.getExtends()?.getExpression()
  if (!base || lockstepName(base, reader) === 'Migration') return true
  const binding = reader.module(base.getSourceFile()).names.get(base.getText())
  const local =
    binding?.is === 'value' && Node.isClassDeclaration(binding.node) ? binding.node : null
  if (local && local !== node && local.getMembers().every(isAbstract))
    return isAsWritten(local, reader) && hasPlainBase(local, reader)
  const at = reader.place(base)
  const forgotten = binding === undefined && base.getText() === 'Migration'
  reader.report(forgotten ? notImported(at, 'Migration') : classBase(at, excerpt(base)))
  return false
}

const isAbstract = (member: Node): boolean => Node.isAbstractable(member) && member.isAbstract()

type Pairs = Iterable<readonly [string, Node]>

function membersOf(member: ClassMemberTypes, reader: Reader): Pairs | null {
  if (Node.isConstructorDeclaration(member)) return constructed(member, reader)
  if (Node.isClassStaticBlockDeclaration(member) || Node.isSetAccessorDeclaration(member)) return []
  const name = propertyName(member.getNameNode())
  if (name === null) return computed(member, reader)
  const value = Node.isPropertyDeclaration(member) ? member.getInitializer() : member
  if (!value || isAbstract(member)) return []
  const runs = name === 'up' || name === 'down'
  if (runs && member.isStatic()) return reader.report(classStatic(reader.place(member), name))
  return [[name, value]]
}

/** Members such as `[Symbol.dispose]` cannot be part of a migration; any other computed name could be `up`. */
function computed(member: Node, reader: Reader): Pairs | null {
  const symbol = /^(static |async |\*|get )*\[\s*Symbol\./.test(member.getText())
  return symbol ? [] : reader.report(computedKey(reader.place(member)))
}

function constructed(node: ConstructorDeclaration, reader: Reader): Pairs | null {
  const [parameter] = node.getParameters()
  if (parameter) return reader.report(classArguments(reader.place(parameter)))
  const found: (readonly [string, Node])[] = []
  for (const statement of node.getStatements()) {
    const expression = Node.isExpressionStatement(statement) ? statement.getExpression() : undefined
    const pairs = expression ? assigned(expression, reader) : []
    if (pairs === null) return null
    found.push(...pairs)
  }
  return found
}

/** The facts in one constructor statement: `super('003', 'text')`, `super({ … })` or `this.name = …`. */
function assigned(expression: Node, reader: Reader): Pairs | null {
  if (Node.isCallExpression(expression) && Node.isSuperExpression(expression.getExpression())) {
    return superMembers(expression.getArguments(), reader)
  }
  if (!Node.isBinaryExpression(expression)) return []
  const left = expression.getLeft()
  const assigns = expression.getOperatorToken().getKind() === SyntaxKind.EqualsToken
  if (!assigns || !Node.isPropertyAccessExpression(left)) return []
  return Node.isThisExpression(left.getExpression())
    ? [[left.getName(), expression.getRight()]]
    : []
}

/** The stated facts; the base class ignores an `up` or a `down`. */
function superMembers(args: readonly Node[], reader: Reader): Pairs | null {
  const [first, second] = args
  if (!first) return []
  if (second)
    return [
      ['version', first],
      ['description', second],
    ]
  const value = reader.evaluate(first)
  if (value === null) return null
  if (value.is !== 'object') return [['version', first]]
  return [...value.members].filter(([name]) => name !== 'up' && name !== 'down')
}
