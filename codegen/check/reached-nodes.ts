// The code that a function consists of, with what it calls in its own file.
import { ts } from 'ts-morph'

/**
 * The nodes of a function and of everything at the top level of its file, or in its class, that it mentions by name,
 * and what that mentions in turn.
 */
export function reachedNodes(root: ts.Node, syntax: ts.SourceFile): ts.Node[] {
  const declared = declarationsOf(syntax)
  const nodes = [root]
  const seen = new Set<ts.Node>(nodes)
  for (const node of nodes) {
    ts.forEachChild(node, (child) => void nodes.push(child))
    if (!ts.isIdentifier(node) && !ts.isPrivateIdentifier(node)) continue
    for (const found of mentioned(node, declared)) {
      if (seen.has(found) || isInside(found, root)) continue
      seen.add(found)
      nodes.push(found)
    }
  }
  return nodes
}

/** What a name may mean: of `this.name` a member of a class, of `other.name` nothing, else a declaration. */
function mentioned(
  node: ts.Identifier | ts.PrivateIdentifier,
  declared: ReadonlyMap<string, readonly ts.Node[]>,
): readonly ts.Node[] {
  const { parent } = node
  if (!ts.isPropertyAccessExpression(parent) || parent.name !== node)
    return (declared.get(node.text) ?? []).filter((one) => !ts.isClassElement(one))
  if (parent.expression.kind !== ts.SyntaxKind.ThisKeyword) return []
  return (declared.get(node.text) ?? []).filter((one) => ts.isClassElement(one))
}

const isInside = (node: ts.Node, root: ts.Node): boolean =>
  root.pos <= node.pos && node.end <= root.end

function declarationsOf(syntax: ts.SourceFile): Map<string, ts.Node[]> {
  const found = new Map<string, ts.Node[]>()
  const add = (name: ts.Node | undefined, node: ts.Node): void => {
    if (!name || !(ts.isIdentifier(name) || ts.isPrivateIdentifier(name))) return
    found.set(name.text, [...(found.get(name.text) ?? []), node])
  }
  for (const statement of syntax.statements) {
    if (ts.isFunctionDeclaration(statement)) add(statement.name, statement)
    if (ts.isVariableStatement(statement))
      for (const one of statement.declarationList.declarations) add(one.name, one)
    if (ts.isClassDeclaration(statement)) for (const one of statement.members) add(one.name, one)
  }
  return found
}
