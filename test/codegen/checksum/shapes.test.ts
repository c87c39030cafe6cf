// Every kind of syntax that can stand in a migration is described by its parts, and no part is left out unnoticed.
import { ts } from 'ts-morph'
import { expect, test } from 'vitest'
import { shapes } from '../../../codegen/checksum/shapes.js'
import { fixtures, isScript } from './fixtures.js'

const { SyntaxKind } = ts

/** Described in code: wrappers, leaves, templates, operations. */
const OTHERWISE = new Set([
  SyntaxKind.ParenthesizedExpression,
  SyntaxKind.AsExpression,
  SyntaxKind.SatisfiesExpression,
  SyntaxKind.TypeAssertionExpression,
  SyntaxKind.NonNullExpression,
  SyntaxKind.ExpressionWithTypeArguments,
  SyntaxKind.TemplateExpression,
  SyntaxKind.TemplateSpan,
  SyntaxKind.BinaryExpression,
])

/** Erased, handled at the top of a module, not part of a migration in a strict module, or made by the compiler only. */
const WITHOUT_SHAPE = new Set([
  SyntaxKind.QualifiedName,
  SyntaxKind.TypeParameter,
  SyntaxKind.PropertySignature,
  SyntaxKind.MethodSignature,
  SyntaxKind.CallSignature,
  SyntaxKind.ConstructSignature,
  SyntaxKind.IndexSignature,
  SyntaxKind.TemplateLiteralTypeSpan,
  SyntaxKind.SemicolonClassElement,
  SyntaxKind.InterfaceDeclaration,
  SyntaxKind.TypeAliasDeclaration,
  SyntaxKind.WithStatement,
  SyntaxKind.NamespaceExportDeclaration,
  SyntaxKind.ImportEqualsDeclaration,
  SyntaxKind.ImportDeclaration,
  SyntaxKind.ImportClause,
  SyntaxKind.NamespaceImport,
  SyntaxKind.NamedImports,
  SyntaxKind.ImportSpecifier,
  SyntaxKind.ExportDeclaration,
  SyntaxKind.NamedExports,
  SyntaxKind.NamespaceExport,
  SyntaxKind.ExportSpecifier,
  SyntaxKind.MissingDeclaration,
  SyntaxKind.ExternalModuleReference,
  SyntaxKind.ImportAttributes,
  SyntaxKind.ImportAttribute,
  SyntaxKind.SourceFile,
  SyntaxKind.Bundle,
  SyntaxKind.SyntheticExpression,
  SyntaxKind.ImportTypeAssertionContainer,
])

test('every kind of syntax is described or known not to be', () => {
  const unknown = Object.values(SyntaxKind).filter(
    (kind): kind is ts.SyntaxKind =>
      typeof kind === 'number' &&
      kind >= SyntaxKind.FirstNode &&
      kind < SyntaxKind.FirstJSDocNode &&
      !(kind >= SyntaxKind.FirstTypeNode && kind <= SyntaxKind.LastTypeNode) &&
      !(kind >= SyntaxKind.JsxElement && kind <= SyntaxKind.JsxNamespacedName) &&
      !shapes().has(kind) &&
      !OTHERWISE.has(kind) &&
      !WITHOUT_SHAPE.has(kind),
  )
  expect(unknown.map((kind) => SyntaxKind[kind])).toEqual([])
})

test('no two shapes have one name', () => {
  const names = [...shapes().values()].map(({ name }) => name)
  expect(new Set(names).size).toBe(names.length)
})

/** What the compiler finds in a node and its shape leaves out on purpose. */
const LEFT_OUT = new Set([
  'modifiers',
  'type',
  'typeParameters',
  'typeArguments',
  'questionToken',
  'exclamationToken',
])
const SPELLING = new Set(['equalsGreaterThanToken', 'colonToken', 'equalsToken', 'typeExpression'])

test('a shape names everything that the compiler finds in a node', () => {
  const missing = Object.keys(fixtures)
    .filter(isScript)
    .flatMap((file) =>
      partsOutsideShapes(
        ts.createSourceFile('/a.ts', fixtures[file]!, ts.ScriptTarget.Latest, true),
      ),
    )
  expect(missing).toEqual([])
})

function partsOutsideShapes(node: ts.Node): string[] {
  const shape = shapes().get(node.kind)
  const properties = new Map<unknown, string>()
  for (const [name, value] of Object.entries(node)) {
    properties.set(value, name)
    if (Array.isArray(value)) for (const element of value) properties.set(element, name)
  }
  const found: string[] = []
  ts.forEachChild(node, (child) => {
    const name = properties.get(child) ?? '?'
    const known = shape?.parts.some(({ of }) => of === name)
    if (shape && !known && !LEFT_OUT.has(name) && !SPELLING.has(name))
      found.push(`${SyntaxKind[node.kind]}.${name}`)
    found.push(...partsOutsideShapes(child))
  })
  return found
}
