// Compares how the names of columns are spelled. SQL ignores case, but the rows that an application reads and the generated row
// types use the spelling. A digest does not cover it.
import type { ClientHandle } from '../../../codegen/client/load-client.js'
import type { SchemaDifference } from '../../model/verification.js'
import { objectKey } from '../../schema/read-schema.js'
import type { Schema } from '../../schema/schema.js'
import { foldCase } from '../../sql/names.js'
import { orElse } from '../../model/or-else.js'

/** The columns of tables and views as they are spelled, keyed like `table users`. */
export type WrittenColumns = ReadonlyMap<string, readonly string[]>

/** Reads them; a view that does not compile has none. */
export function writtenColumns(handle: ClientHandle): WrittenColumns {
  const objects = handle
    .prepare<[], { type: string; name: string }>(
      "SELECT type, name FROM main.sqlite_master WHERE type IN ('table', 'view')",
    )
    .all()
  return new Map(
    objects.map(({ type, name }) => [objectKey(type, name), columnsOf(handle, name)] as const),
  )
}

const columnsOf = (handle: ClientHandle, name: string): readonly string[] =>
  orElse(
    () =>
      handle
        .prepare<[string], { name: string }>(
          "SELECT name FROM unshadowed.pragma_table_xinfo(?, 'main') WHERE hidden <> 1",
        )
        .all(name)
        .map((column) => column.name),
    [],
  )

/** The columns of a schema's objects whose spelling differs in case. */
export function respelledColumns(
  schema: Schema,
  expected: WrittenColumns,
  found: WrittenColumns,
): SchemaDifference[] {
  return [...schema.keys()].flatMap((object) => {
    const written = new Map(found.get(object)?.map((name) => [foldCase(name), name]))
    const details = (expected.get(object) ?? []).flatMap((name) => {
      const now = written.get(foldCase(name)) ?? name
      if (now === name) return []
      return { change: 'changed', what: 'name of a column', expected: name, found: now } as const
    })
    return details.length === 0
      ? []
      : [{ object, change: 'changed', grade: 'spelled', details } as const]
  })
}
