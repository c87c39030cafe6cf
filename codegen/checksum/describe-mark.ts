// Describes what a node carries besides its parts: modifiers that have meaning, and flags set by the compiler.
import { ts } from 'ts-morph'
import { leaf } from './digest.js'
import { once } from '../model/once.js'

/** Describes the mark of a shape (`shapes.ts`) at a node; `-` if there is none. */
export const describeMark = (node: ts.Node, mark: string): string =>
  MARKS[mark as keyof typeof MARKS](node)

const MARKS = {
  async: (node: ts.Node) => modifiersOf(node).find((modifier) => modifier === 'async') ?? '-',

  modifiers: (node: ts.Node) => modifiersOf(node).join('+') || '-',

  /** Whether the link belongs to an optional chain: `a?.b.c` stops at once where `(a?.b).c` fails. */
  chain: (node: ts.Node) => (node.flags & ts.NodeFlags.OptionalChain ? 'chain' : '-'),

  binding: ({ parent }: ts.Node) => bindings().get(parent.flags & ts.NodeFlags.BlockScoped)!,

  /** Whether a constructor parameter declares a field. */
  property: (node: ts.Node) =>
    ts.isParameter(node) && ts.isParameterPropertyDeclaration(node, node.parent) ? 'property' : '-',

  /** The raw spelling of a tagged template if it differs from the text, for tags such as `String.raw`. */
  raw: (node: ts.Node) => describeRaw((node as ts.TaggedTemplateExpression).template),
} satisfies Record<string, (node: ts.Node) => string>

/** The modifiers that change behavior, in a fixed order. */
function modifiersOf(node: ts.Node): string[] {
  const given = ts.canHaveModifiers(node) ? (node.modifiers ?? []) : []
  return given.flatMap(({ kind }) => meant().get(kind) ?? []).sort()
}

const meant = once(
  (): ReadonlyMap<ts.SyntaxKind, string> =>
    new Map([
      [ts.SyntaxKind.AsyncKeyword, 'async'],
      [ts.SyntaxKind.StaticKeyword, 'static'],
      [ts.SyntaxKind.AccessorKeyword, 'accessor'],
    ]),
)

/** `const` only forbids what would be an error anyway. */
const bindings = once(
  (): ReadonlyMap<number, string> =>
    new Map([
      [0, 'var'],
      [ts.NodeFlags.Let, 'let'],
      [ts.NodeFlags.Const, 'let'],
      [ts.NodeFlags.Using, 'using'],
      [ts.NodeFlags.AwaitUsing, 'await-using'],
    ]),
)

function describeRaw(template: ts.TemplateLiteral): string {
  const pieces = ts.isTemplateExpression(template)
    ? [template.head, ...template.templateSpans.map(({ literal }) => literal)]
    : [template]
  const raw = pieces.map((piece) => (piece.rawText ?? piece.text).replace(/\r\n?/g, '\n'))
  if (raw.every((text, at) => text === pieces[at]!.text)) return '-'
  return raw.map((text) => leaf('raw', text)).join(' ')
}
