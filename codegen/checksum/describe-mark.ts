// What a node carries besides its parts: modifiers that are meaning, and what the compiler only flags.
import { ts } from 'ts-morph'
import { leaf } from './digest.js'

/** Describes the mark of a shape (`shapes.ts`) at a node. */
export function describeMark(node: ts.Node, mark: string): string[] {
  return [MARKS[mark as keyof typeof MARKS](node)].flat()
}

const MARKS = {
  '@async': (node: ts.Node) => (hasModifier(node, ts.SyntaxKind.AsyncKeyword) ? 'async' : '-'),

  '@modifiers': (node: ts.Node) =>
    MEANT.map(([kind, name]) => (hasModifier(node, kind) ? name : '-')),

  /** Whether the link belongs to an optional chain: `a?.b.c` stops at once where `(a?.b).c` fails. */
  '@chain': (node: ts.Node) => (node.flags & ts.NodeFlags.OptionalChain ? 'chain' : '-'),

  '@binding': (node: ts.Node) => BINDINGS.get(node.flags & ts.NodeFlags.BlockScoped)!,

  /** Whether a parameter of a constructor makes a field. */
  '@property': (node: ts.Node) =>
    ts.isParameter(node) && ts.isParameterPropertyDeclaration(node, node.parent) ? 'property' : '-',

  /** The spelling of a tagged template where it is not the text itself, for tags such as `String.raw`. */
  '@raw': (node: ts.Node) => describeRaw((node as ts.TaggedTemplateExpression).template),
} satisfies Record<string, (node: ts.Node) => string | string[]>

const MEANT: readonly (readonly [ts.SyntaxKind, string])[] = [
  [ts.SyntaxKind.AsyncKeyword, 'async'],
  [ts.SyntaxKind.StaticKeyword, 'static'],
  [ts.SyntaxKind.AccessorKeyword, 'accessor'],
]

const hasModifier = (node: ts.Node, modifier: ts.SyntaxKind): boolean =>
  ts.canHaveModifiers(node) && (node.modifiers?.some(({ kind }) => kind === modifier) ?? false)

/** `const` only forbids what would be an error anyway. */
const BINDINGS: ReadonlyMap<number, string> = new Map([
  [0, 'var'],
  [ts.NodeFlags.Let, 'let'],
  [ts.NodeFlags.Const, 'let'],
  [ts.NodeFlags.Using, 'using'],
  [ts.NodeFlags.AwaitUsing, 'await-using'],
])

function describeRaw(template: ts.TemplateLiteral): string[] {
  const pieces = ts.isTemplateExpression(template)
    ? [template.head, ...template.templateSpans.map(({ literal }) => literal)]
    : [template]
  const raw = pieces.map((piece) => (piece.rawText ?? piece.text).replace(/\r\n?/g, '\n'))
  if (raw.every((text, at) => text === pieces[at]!.text)) return ['-']
  return raw.map((text) => leaf('raw', text))
}
