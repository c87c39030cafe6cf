// Decides which expressions refer to Lockstep's own exports, whatever their local names.
import { Node } from 'ts-morph'
import { isLockstep } from '../loading/harmless-calls.js'
import type { Module } from './module.js'
import type { Reader } from './reader.js'

/**
 * The exported name of Lockstep that an expression refers to: `defineMigration` for `dm` after
 * `import { defineMigration as dm } from 'lockstep'`, and for `lockstep.defineMigration` after `import * as lockstep`.
 * Null for everything else.
 */
export function lockstepName(expression: Node, reader: Reader): string | null {
  if (Node.isIdentifier(expression)) return importedName(expression, reader, (name) => name !== '*')
  if (!Node.isPropertyAccessExpression(expression)) return null
  const whole = importedName(expression.getExpression(), reader, (name) => name === '*')
  return whole === null ? null : expression.getName()
}

/** Whether a name of a file is imported from Lockstep. */
export function isOurs(name: string, { names }: Pick<Module, 'names'>): boolean {
  const binding = names.get(name)
  return binding?.is === 'import' && isLockstep(binding.from)
}

function importedName(
  node: Node,
  reader: Reader,
  accepts: (name: string) => boolean,
): string | null {
  const binding = reader.module(node.getSourceFile()).names.get(node.getText())
  if (binding?.is !== 'import' || !isLockstep(binding.from)) return null
  return accepts(binding.name) ? binding.name : null
}
