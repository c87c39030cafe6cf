// Decides whether a migration can access `ctx`: only then does the registry import the larger tools.
import { Node } from 'ts-morph'
import type { ParsedMigration, Side } from '../../model/migration.js'

/** Whether `up` or `down` is a function that may read its second argument. In doubt it may: a missing tool is an error. */
export function takesContext({ up, down, batches }: ParsedMigration): boolean {
  return (!batches && readsSecondArgument(up)) || readsSecondArgument(down)
}

function readsSecondArgument(side: Side | null): boolean {
  if (side?.kind !== 'code') return false
  const { node } = side
  if (!Node.isParametered(node)) return true
  const parameters = node.getParameters().filter((parameter) => parameter.getName() !== 'this')
  if (parameters.length > 1 || parameters[0]?.isRestParameter()) return true
  return /\barguments\b/.test(node.getText())
}
