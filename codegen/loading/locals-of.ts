// The names of a function, and what is known of them while it is judged what the function does.
import { ts } from 'ts-morph'
import { unwrap } from './erased-syntax.js'
import { isFresh } from './harmless-calls.js'
import type { Local } from './levels.js'
import { isFunctionValue, type Code } from './load-syntax.js'
import { namesOf } from './local-names.js'

/** Stands for anything. */
export const UNKNOWN: Local = { fresh: false, code: null }

/** Parameters, and everything that is declared in a function, but not in functions inside it. */
export function localsOf(node: Code): Map<string, Local> {
  const locals = new Map<string, Local>()
  const add = (name: string, local: Local): void => {
    locals.set(name, locals.has(name) ? UNKNOWN : local)
  }
  for (const { name } of node.parameters) for (const one of namesOf(name)) add(one, UNKNOWN)
  const visit = (inner: ts.Node): void => {
    if (ts.isFunctionDeclaration(inner) && inner.name)
      add(inner.name.text, { fresh: false, code: inner })
    if (ts.isClassDeclaration(inner) && inner.name) add(inner.name.text, UNKNOWN)
    if (ts.isVariableDeclaration(inner))
      for (const one of namesOf(inner.name)) add(one, localOf(inner))
    if (!ts.isFunctionLike(inner) && !ts.isClassLike(inner)) ts.forEachChild(inner, visit)
  }
  if (node.body) ts.forEachChild(node.body, visit)
  return locals
}

function localOf({ initializer, name, parent }: ts.VariableDeclaration): Local {
  const isConstant = (parent.flags & ts.NodeFlags.BlockScoped) === ts.NodeFlags.Const
  if (!initializer || !isConstant || !ts.isIdentifier(name)) return UNKNOWN
  const value = unwrap(initializer)
  return { fresh: isFresh(value, () => false), code: isFunctionValue(value) ? value : null }
}
