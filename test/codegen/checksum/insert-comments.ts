// Puts comments wherever a script can take one.
import { type Node, Project, ts } from 'ts-morph'

/** A comment before every token, and one on a line of its own before every token that begins a line. */
export function insertComments(text: string): string {
  const source = new Project({ useInMemoryFileSystem: true }).createSourceFile('/a.ts', text)
  let out = ''
  let end = 0
  for (const token of tokensOf(source)) {
    const start = token.getStart()
    const space = text.slice(end, start)
    out += space + (space.includes('\n') ? "/** @type {it's} `a` */\n// 'b'; {\n" : '/* "c" */ ')
    out += text.slice(start, token.end)
    end = token.end
  }
  return out + text.slice(end) + '// the end'
}

function tokensOf(node: Node): ts.Node[] {
  const { compilerNode } = node
  if (
    compilerNode.kind >= ts.SyntaxKind.FirstJSDocNode &&
    compilerNode.kind <= ts.SyntaxKind.LastJSDocNode
  )
    return []
  if (compilerNode.kind === ts.SyntaxKind.EndOfFileToken) return []
  const children = node.getChildren()
  return children.length === 0 && compilerNode.end > compilerNode.getStart()
    ? [compilerNode]
    : children.flatMap(tokensOf)
}
