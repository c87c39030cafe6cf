// Which parts of a fixture are meaning, told by the conventions of the fixtures and not by the code under test:
// all of it but imports, types, the identity of migrations, `down`, and statements below a comment `not meant`.
import { ts } from 'ts-morph'

const WITHOUT_MEANING = new Set(
  'version name description irreversible down transaction foreignKeys effects'.split(' '),
)

/** Whether a token or node takes part in what `up` does. */
export function isMeant(node: ts.Node): boolean {
  const around = ancestorsOf(node)
  if (around.some(isTypeOnly)) return false
  const statement = around.at(-1) ?? node
  if (statement.getFullText().includes('// not meant')) return false
  if (ts.isExportAssignment(statement) && ts.isIdentifier(statement.expression)) return false
  const holder = around.findLastIndex((outer) => isMigration(outer))
  if (holder >= 0) return isMeantMember(around[holder - 1], node)
  return !holdsMigration(statement) && isMeantMember(statement, node)
}

/** From the node itself to the top-level statement. */
function ancestorsOf(node: ts.Node): ts.Node[] {
  const around: ts.Node[] = []
  for (let outer = node; !ts.isSourceFile(outer); outer = outer.parent) around.push(outer)
  return around
}

const TYPES_ONLY = new Set([
  ts.SyntaxKind.TypeParameter,
  ts.SyntaxKind.InterfaceDeclaration,
  ts.SyntaxKind.TypeAliasDeclaration,
  ts.SyntaxKind.ImportDeclaration,
  ts.SyntaxKind.ExportDeclaration,
])

const isTypeOnly = (node: ts.Node): boolean =>
  TYPES_ONLY.has(node.kind) ||
  (ts.isTypeNode(node) && !ts.isExpressionWithTypeArguments(node)) ||
  (ts.isHeritageClause(node) && node.token === ts.SyntaxKind.ImplementsKeyword) ||
  (ts.isParameter(node) && node.name.getText() === 'this') ||
  isOnlyDeclared(node)

/** An overload, an abstract method, a field that only has a type. */
const isOnlyDeclared = (node: ts.Node): boolean =>
  ts.isPropertyDeclaration(node)
    ? node.getText().startsWith('declare ')
    : (ts.isFunctionDeclaration(node) || ts.isMethodDeclaration(node)) && !node.body

/** The object or class that has `up`, or an entry of a list. */
function isMigration(node: ts.Node): node is ts.ObjectLiteralExpression | ts.ClassDeclaration {
  if (ts.isClassDeclaration(node)) return node.members.some(({ name }) => name?.getText() === 'up')
  if (!ts.isObjectLiteralExpression(node)) return false
  return node.properties.some(({ name }) => name?.getText() === 'up' || name?.getText() === 'sql')
}

const holdsMigration = (node: ts.Node): boolean =>
  isMigration(node) ||
  (ts.forEachChild(node, (child) => holdsMigration(child) || undefined) ?? false)

/** Names of sides do not count, but those of other members do. */
function isMeantMember(member: ts.Node | undefined, node: ts.Node): boolean {
  if (!member || ts.isHeritageClause(member) || ts.isIdentifier(member)) return false
  const name = nameOf(member)
  if (name !== undefined && WITHOUT_MEANING.has(name.getText())) return false
  return !(node === name && (name.getText() === 'up' || name.getText() === 'sql'))
}

function nameOf(member: ts.Node): ts.Node | undefined {
  if (ts.isVariableStatement(member)) return member.declarationList.declarations[0]?.name
  return (member as ts.NamedDeclaration).name
}
