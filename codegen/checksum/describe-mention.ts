// Describes names, and mentions the declarations they refer to.
import { ts } from 'ts-morph'
import {
  holdsRoot,
  isOwner,
  mention,
  mentionMember,
  mentionOwner,
  resolveMention,
  type Walk,
} from './code-walk.js'
import { leaf } from './digest.js'
import { nameText, unwrap } from '../loading/erased-syntax.js'
import type { Target } from '../loading/resolve-name.js'

/** Describes a name that is used as a value. */
export function describeName(walk: Walk, { text }: ts.Identifier): void {
  walk.out.push(leaf('name', text))
  const target = resolveMention(walk, text)
  if (holdsRoot(walk, target)) mentionOwner(walk)
  else describeTarget(walk, target)
}

function describeTarget(walk: Walk, target: Target | null): void {
  if (target?.kind === 'declared') for (const node of target.nodes) mention(walk, node)
  else if (target?.kind === 'outside') walk.out.push(leaf('outside', target.name))
  else if (target) describeExports(walk, target.file, new Set())
}

/** A helper as a whole is everything that it exports, including the helpers among its exports. */
function describeExports(walk: Walk, file: ts.SourceFile, visited: Set<ts.SourceFile>): void {
  if (visited.has(file)) return
  visited.add(file)
  for (const name of walk.modules.exportedNames(file)) {
    walk.out.push(leaf('export', name))
    const target = walk.modules.resolveExport(file, name)
    if (target?.kind === 'helper') describeExports(walk, target.file, visited)
    else describeTarget(walk, target)
  }
}

/**
 * Describes `this.name`, `Class.name` and `helpers.name`, which mention one member instead of all; returns false if the node is
 * none of these.
 */
export function describeMember(walk: Walk, node: ts.Node): boolean {
  const name = accessedName(node)
  if (name === null) return false
  const { expression, questionDotToken, flags } = node as ts.AccessExpression
  const helper = helperOf(walk, unwrap(expression))
  if (!helper && !isOwner(walk, expression)) return false
  walk.out.push('(member', questionDotToken ? 'optional' : '-')
  walk.out.push(flags & ts.NodeFlags.OptionalChain ? 'chain' : '-')
  walk.out.push(leaf('of', ownerText(unwrap(expression))), leaf('key', name))
  if (helper) describeTarget(walk, walk.modules.resolveExport(helper, name))
  else mentionMember(walk, name)
  walk.out.push(')')
  return true
}

/** The name in `x.name` and `x['name']`; null for any other node. */
function accessedName(node: ts.Node): string | null {
  if (ts.isPropertyAccessExpression(node)) return node.name.text
  if (!ts.isElementAccessExpression(node)) return null
  const key = unwrap(node.argumentExpression)
  return ts.isStringLiteralLike(key) ? nameText(key) : null
}

const ownerText = (node: ts.Node): string => (ts.isIdentifier(node) ? node.text : 'this')

function helperOf(walk: Walk, node: ts.Node): ts.SourceFile | null {
  const target = ts.isIdentifier(node) ? resolveMention(walk, node.text) : null
  return target?.kind === 'helper' ? target.file : null
}
