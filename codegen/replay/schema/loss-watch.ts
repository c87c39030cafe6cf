// Whether going back and forth by one version has left all rows as they were, without any doubt.
import type { Database } from '../../../src/database/better-sqlite3/handle.js'
import type { RegistryEntry } from '../../../src/model/registry.js'
import { sideOf } from '../../../src/plan/scripts.js'
import { onlyAddsAndRemoves } from '../sides/side-reach.js'
import type { AppliedVersion } from '../sides/schema-transition.js'
import type { CatalogLook } from '../catalog/read-catalog.js'
import { rowPrint } from '../catalog/row-print.js'
import type { SchemaPass } from './schema-pass.js'

/** Words of statements that may touch rows of tables which they do not name: through triggers, for example. */
const BEYOND = /\b(?:insert|update|delete|replace|select|with|pragma|analyze|vacuum|virtual)\b/i

/** Rules of foreign keys, which do nothing while these are off. */
const KEY_RULES = /\bon\s+(?:update|delete)\s+/gi

/**
 * Looks at the rows before; the answer, which is given the schema that `down` left, looks at them again. Only of SQL that
 * defines tables and nothing else can be told which rows it may have changed, and only while the tables that it names have
 * few. No row is looked at where a version only makes objects that its `down` removes.
 */
export function lossWatch(
  pass: SchemaPass,
  { entry, before: first, after }: AppliedVersion,
): (undone: CatalogLook) => boolean {
  if (onlyAddsAndRemoves(pass.reach, entry)) return ({ schema }) => schema === first.schema
  const texts = definitionsOf(entry)
  if (!texts || entry.foreignKeys === 'enforce') return () => false
  const { replay } = pass.current
  const print = (): string | null => {
    const { text, whole } = rowPrint(replay.handle, after, texts)
    return whole ? text : null
  }
  const before = print()
  return () => before !== null && print() === before
}

/** The scripts of both sides; null when they are code or do more than define. */
function definitionsOf(entry: RegistryEntry<Database>): readonly string[] | null {
  const [up, down] = [sideOf(entry, 'up'), sideOf(entry, 'down')]
  if (!up || !down || !('scripts' in up) || !('scripts' in down)) return null
  const texts = [...up.scripts, ...down.scripts]
  return texts.some((text) => BEYOND.test(text.replace(KEY_RULES, ''))) ? null : texts
}
