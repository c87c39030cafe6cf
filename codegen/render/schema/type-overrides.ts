// Applies the types that the configuration gives to columns in place of their declared ones. Pure.
import { ts } from 'ts-morph'
import type { CatalogColumn } from '../../model/catalog.js'
import type { GenerateSettings } from '../../model/settings.js'
import { foldCase } from '../../../src/sql/names.js'

/** TypeScript by `table.column` or by a declared type; names as SQLite compares them. */
export type TypeOverrides = NonNullable<GenerateSettings['types']>

/**
 * The type configured for a column: for it alone, or else for all columns declared with its type. Can be used in a union as it
 * is.
 */
export function overrideOf(
  types: TypeOverrides,
  owner: string,
  { name, type }: Pick<CatalogColumn, 'name'> & Partial<Pick<CatalogColumn, 'type'>>,
): string | undefined {
  const given = (wanted: string | undefined): string | undefined =>
    Object.entries(types).find(
      ([key, text]) => wanted && foldCase(key) === foldCase(wanted) && isType(text),
    )?.[1]
  const text = given(`${owner}.${name}`) ?? given(type)
  const node = text === undefined ? undefined : typeIn(text)
  return node && takesWhatFollows(node) ? `(${text})` : text
}

/** Whether a text is one type in TypeScript. */
export const isType = (text: string): boolean => typeIn(text) !== undefined

/** Text after it would be part of its result: `() => string | null`. */
const takesWhatFollows = (node: ts.TypeNode): boolean =>
  ts.isFunctionTypeNode(node) || ts.isConstructorTypeNode(node) || ts.isConditionalTypeNode(node)

/** Parsed as the only element of a tuple, so that the text ends where the type does. */
function typeIn(text: string): ts.TypeNode | undefined {
  const source = `type T = [${text}]`
  if (ts.transpileModule(source, { reportDiagnostics: true }).diagnostics?.length !== 0)
    return undefined
  const [alias, ...others] = ts.createSourceFile('t.ts', source, ts.ScriptTarget.Latest).statements
  const tuple = alias && ts.isTypeAliasDeclaration(alias) ? alias.type : undefined
  if (others.length > 0 || !tuple || !ts.isTupleTypeNode(tuple)) return undefined
  const [node, ...more] = tuple.elements
  return node && more.length === 0 && !isPartOfTuple(node) ? node : undefined
}

const isPartOfTuple = (node: ts.TypeNode): boolean =>
  ts.isNamedTupleMember(node) || ts.isOptionalTypeNode(node) || ts.isRestTypeNode(node)
