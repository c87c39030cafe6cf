// The code that a function consists of, with what it calls in its own file.
import { ts } from 'ts-morph'
import { nameText } from '../../loading/erased-syntax.js'
import { indexModule } from '../../loading/module-index.js'
import { ownerOf, type Owner } from '../../loading/owner.js'

/**
 * The nodes of a function and of everything at the top level of its file, or in its class, that it mentions by name,
 * and what that mentions in turn.
 */
export function reachedNodes(root: ts.Node, syntax: ts.SourceFile): ts.Node[] {
  const { declared } = indexModule(syntax, 'present')
  const members = membersIn(syntax, ownerOf(root))
  const nodes = [root]
  const seen = new Set<ts.Node>(nodes)
  for (const node of nodes) {
    ts.forEachChild(node, (child) => void nodes.push(child))
    if (!ts.isIdentifier(node) && !ts.isPrivateIdentifier(node)) continue
    for (const found of mentioned(node, { declared, members })) {
      // A function is not reached through what holds it.
      if (seen.has(found) || isInside(found, root) || isInside(root, found)) continue
      seen.add(found)
      nodes.push(found)
    }
  }
  return nodes
}

type Names = ReadonlyMap<string, readonly ts.Node[]>

/** What a name may mean: of `this.name` a member, of `other.name` nothing, else a declaration. */
function mentioned(
  node: ts.Identifier | ts.PrivateIdentifier,
  { declared, members }: { declared: Names; members: Names },
): readonly ts.Node[] {
  const { parent } = node
  if (!ts.isPropertyAccessExpression(parent) || parent.name !== node)
    return declared.get(node.text) ?? []
  return (parent.expression.kind === ts.SyntaxKind.ThisKeyword && members.get(node.text)) || []
}

const isInside = (node: ts.Node, root: ts.Node): boolean =>
  root.pos <= node.pos && node.end <= root.end

/** Of the classes of the file, and of the object that a function belongs to. */
function membersIn(syntax: ts.SourceFile, owner: Owner | null): Names {
  const found = new Map<string, ts.Node[]>()
  const owners = [...syntax.statements.filter(ts.isClassDeclaration), ...(owner ? [owner] : [])]
  for (const one of new Set(owners))
    for (const member of ts.isObjectLiteralExpression(one) ? one.properties : one.members) {
      const name = member.name && nameText(member.name)
      if (name) found.set(name, [...(found.get(name) ?? []), member])
    }
  return found
}
