// Names kinds of syntax without loading the compiler before one is asked for.
import { ts } from 'ts-morph'
import { once } from '../model/once.js'

/** The kinds with these names. */
export const kindsOf = (
  ...names: readonly (keyof typeof ts.SyntaxKind)[]
): (() => ReadonlySet<ts.SyntaxKind>) =>
  once(() => new Set<ts.SyntaxKind>(names.map((name) => ts.SyntaxKind[name])))
