// Decides which syntax does not run: types, mere declarations, and notation without effect at run time.
import { kindsOf } from './kinds-of.js'
import { ts } from 'ts-morph'

const wrappers = kindsOf(
  'ParenthesizedExpression',
  'AsExpression',
  'SatisfiesExpression',
  'TypeAssertionExpression',
  'NonNullExpression',
  'ExpressionWithTypeArguments',
)

/**
 * The node without surrounding parentheses, type assertions and type arguments. The outer node shows whether parentheses end an
 * optional chain.
 */
export function unwrap(node: ts.Node): ts.Node {
  let inner = node
  while (isWrapper(inner)) inner = (inner as ts.ParenthesizedExpression).expression
  return inner
}

/** Whether a node is parentheses, a type assertion or type arguments around another. */
export const isWrapper = ({ kind }: Pick<ts.Node, 'kind'>): boolean => wrappers().has(kind)

/** The outermost node that is this one with nothing but wrappers around it. */
export function withWrappers(node: ts.Node): ts.Node {
  let outer = node
  while (isWrapper(outer.parent)) outer = outer.parent
  return outer
}

/** The nearest node around one that is not a mere wrapper. */
export const parentOf = (node: ts.Node): ts.Node => withWrappers(node).parent

/** The name in `x.name` and `x['name']`; null if it is computed, and for any other node. */
export function memberName(given: ts.Node): string | null {
  const node = unwrap(given)
  if (ts.isPropertyAccessExpression(node)) return node.name.text
  const key = ts.isElementAccessExpression(node) ? node.argumentExpression : null
  return key && ts.isStringLiteralLike(key) ? key.text : null
}

const neverRuns = kindsOf(
  'EmptyStatement',
  'SemicolonClassElement',
  'IndexSignature',
  'InterfaceDeclaration',
  'TypeAliasDeclaration',
)

/** Whether an element of a list (a statement, a member, a parameter, a clause) disappears when types are stripped. */
export function isErased(node: ts.Node): boolean {
  if (neverRuns().has(node.kind) || isDeclared(node)) return true
  if (ts.isParameter(node)) return ts.isIdentifier(node.name) && node.name.text === 'this'
  if (ts.isHeritageClause(node)) return node.token === ts.SyntaxKind.ImplementsKeyword
  return isSignature(node)
}

const isDeclared = (node: ts.Node): boolean =>
  ts.canHaveModifiers(node) &&
  (node.modifiers?.some(
    ({ kind }) => kind === ts.SyntaxKind.DeclareKeyword || kind === ts.SyntaxKind.AbstractKeyword,
  ) ??
    false) &&
  !ts.isClassLike(node)

/** An overload or an abstract member. */
const isSignature = (node: ts.Node): boolean =>
  (ts.isFunctionDeclaration(node) ||
    ts.isMethodDeclaration(node) ||
    ts.isConstructorDeclaration(node) ||
    ts.isAccessor(node)) &&
  !node.body

/** The text of a name that is written out; null for a computed name or a pattern. */
export function nameText(name: ts.Node): string | null {
  if (ts.isIdentifier(name) || ts.isPrivateIdentifier(name) || ts.isStringLiteralLike(name))
    return name.text
  if (ts.isNumericLiteral(name) || ts.isBigIntLiteral(name)) return numberText(name)
  return null
}

/** The value of a number, however it is spelt. */
export const numberText = (node: ts.NumericLiteral | ts.BigIntLiteral): string =>
  ts.isBigIntLiteral(node) ? String(BigInt(node.text.replace(/n$/, ''))) : String(Number(node.text))

/** Whether an import, or an export from another file, has only types. */
export function isTypeOnly(statement: ts.ImportDeclaration | ts.ExportDeclaration): boolean {
  if (ts.isExportDeclaration(statement)) {
    const { exportClause, isTypeOnly } = statement
    return (
      isTypeOnly ||
      (exportClause !== undefined && ts.isNamedExports(exportClause) && onlyTypes(exportClause))
    )
  }
  const clause = statement.importClause
  if (!clause) return false
  const { name, namedBindings } = clause
  if (clause.isTypeOnly) return true
  return (
    !name &&
    namedBindings !== undefined &&
    ts.isNamedImports(namedBindings) &&
    onlyTypes(namedBindings)
  )
}

/** `import {} from` loads the file, so an empty list does not count as types only. */
const onlyTypes = ({ elements }: ts.NamedImports | ts.NamedExports): boolean =>
  elements.length > 0 && elements.every(({ isTypeOnly }) => isTypeOnly)
