// Lists the modules loaded with a migration, and the parts of them that act, in the order in which they run.
import { ts } from 'ts-morph'
import { ACTS, READS, type AtLoad } from './levels.js'
import { unwrap } from './erased-syntax.js'
import { argumentsOf, isCall, isUsing, type Call } from './load-syntax.js'
import type { Modules } from './resolve-name.js'

/** The modules that a file loads, each after those that it needs itself, and the file last. */
export function loadOrder(file: ts.SourceFile, modules: Modules): ts.SourceFile[] {
  const order = new Set<ts.SourceFile>()
  const begun = new Set<ts.SourceFile>()
  const load = (one: ts.SourceFile): void => {
    if (begun.has(one)) return
    begun.add(one)
    for (const other of modules.loaded(one)) load(other)
    order.add(one)
  }
  load(file)
  return [...order]
}

/** A step that runs when a file is loaded. */
export interface Step {
  /** A statement, a declaration that is mentioned, or the part that acts of one that is not. */
  readonly node: ts.Node
  readonly level: typeof READS | typeof ACTS
}

/** Decides how much of a file's top level acts, as `LoadTime` does. */
interface Judge {
  of(node: ts.Node, made?: boolean): AtLoad
  answers(node: Call): boolean
}

/** The questions for the walk that looks for steps. */
export interface Seen {
  readonly time: Judge
  isMentioned(node: ts.Node): boolean
  /** Whether instances of a class are created with the migration. */
  isMade(node: ts.ClassLikeDeclaration): boolean
}

/** The steps of one file, in order. `effects` are its statements that are no declarations. */
export function stepsOf(file: ts.SourceFile, effects: readonly ts.Node[], seen: Seen): Step[] {
  const all = new Set(effects)
  return file.statements.flatMap((statement) => {
    if (all.has(statement)) return [{ node: statement, level: ACTS }]
    const declarations = ts.isVariableStatement(statement)
      ? statement.declarationList.declarations
      : [statement]
    return declarations.flatMap((one) => declaredSteps(one, seen))
  })
}

function declaredSteps(node: ts.Node, seen: Seen): Step[] {
  if (seen.isMentioned(node)) {
    const level = seen.time.of(node)
    return level === ACTS || level === READS ? [{ node, level }] : []
  }
  return actingParts(node, seen).map((part) => ({ node: part, level: ACTS }))
}

/** The smallest parts that act by themselves: of an object its values, of a class its members, of a call its arguments. */
function actingParts(given: ts.Node, seen: Seen): ts.Node[] {
  const node = unwrap(given)
  const inner = partsOf(node, seen.time)
  if (inner) return inner.flatMap((part) => actingParts(part, seen))
  const { parent } = node
  const made = ts.isClassElement(node) && ts.isClassLike(parent) && seen.isMade(parent)
  return seen.time.of(node, made) === ACTS ? [node] : []
}

function partsOf(node: ts.Node, time: Judge): readonly ts.Node[] | null {
  if (ts.isExportAssignment(node)) return [node.expression]
  if (ts.isVariableDeclaration(node) && ts.isIdentifier(node.name) && !isUsing(node.parent))
    return node.initializer ? [node.initializer] : []
  if (ts.isObjectLiteralExpression(node)) return node.properties
  if (ts.isPropertyAssignment(node) && !ts.isComputedPropertyName(node.name))
    return [node.initializer]
  if (ts.isArrayLiteralExpression(node)) return node.elements
  if (ts.isClassLike(node))
    return [
      ...(ts.getDecorators(node) ?? []),
      ...(node.heritageClauses ?? []).filter(({ token }) => token === ts.SyntaxKind.ExtendsKeyword),
      ...node.members,
    ]
  return isCall(node) && time.answers(node) ? argumentsOf(node) : null
}
