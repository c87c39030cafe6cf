// The types that the configuration gives to columns, in place of those that their declarations say. Pure.
import { ts } from 'ts-morph'
import type { CatalogColumn } from '../../model/catalog.js'
import type { GenerateSettings } from '../../model/settings.js'
import { foldCase } from '../../../src/sql/names.js'

/** TypeScript by `table.column` or by a declared type; names as SQLite compares them. */
export type TypeOverrides = NonNullable<GenerateSettings['types']>

/** The type that is given to a column: to it alone, or else to all that are declared so. */
export function overrideOf(
  types: TypeOverrides,
  owner: string,
  { name, type }: Pick<CatalogColumn, 'name'> & Partial<Pick<CatalogColumn, 'type'>>,
): string | undefined {
  const given = (wanted: string | undefined): string | undefined =>
    Object.entries(types).find(
      ([key, text]) => wanted && foldCase(key) === foldCase(wanted) && isType(text),
    )?.[1]
  return given(`${owner}.${name}`) ?? given(type)
}

/** Whether a text is a type in TypeScript. */
export function isType(text: string): boolean {
  const parsed = ts.transpileModule(`type T = [${text}]`, { reportDiagnostics: true })
  return parsed.diagnostics?.length === 0
}
