// What of the types that the configuration gives to columns says nothing. Pure.
import { fileStart } from '../../diagnostics/problem.js'
import type { Diagnostic } from '../../model/diagnostic.js'
import type { GenerateSettings } from '../../model/settings.js'
import { projectPath } from '../../project/project-path.js'
import { foldCase } from '../../../src/sql/names.js'
import type { SchemaRows } from './row-columns.js'
import { typeUnused } from './schema-problems.js'
import { isType } from './type-overrides.js'

/** One finding for each that is of no column, or no type. */
export function unusedTypes(
  { types = {}, config, root }: GenerateSettings,
  { tables, views }: SchemaRows,
): Diagnostic[] {
  const at = fileStart(config ? projectPath(root, config.file) : 'package.json')
  const declared = [...tables.keys()].flatMap(({ columns }) => columns.map(({ type }) => type))
  const owners = [...tables, ...views].map(([{ name }, row]) => ({ name, row }))
  const names = owners.flatMap(({ name, row }) => row.map((column) => `${name}.${column.name}`))
  const known = new Set([...declared, ...names].map(foldCase))
  return Object.entries(types).flatMap(([key, text]) => {
    if (!isType(text)) return [typeUnused(at, key, `\`${text}\` is no type in TypeScript`)]
    return known.has(foldCase(key))
      ? []
      : [typeUnused(at, key, 'no column is called or declared so')]
  })
}
