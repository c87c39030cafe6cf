// Reads a migrations folder that exists only as texts in a test.
import { parseFileName } from '../../../codegen/project/file-name.js'
import type { Diagnostic } from '../../../codegen/model/diagnostic.js'
import type {
  MigrationFile,
  ParsedMigration,
  Reading,
  Side,
} from '../../../codegen/model/migration.js'
import { readMigrations } from '../../../codegen/parse/read-migrations.js'

/** Texts by path below the migrations folder; `_*` files are helpers. */
export type Folder = Readonly<Record<string, string>>

/**
 * Reads the folder as if it were `migrations/` of a project in `/project`, whose package.json has this `type`; a byte order mark
 * is taken off as discovery does.
 */
export function readFolder(folder: Folder, type?: string): Reading {
  const files: MigrationFile[] = []
  const helpers = new Map<string, string>()
  for (const [name, bytes] of Object.entries(folder)) {
    const text = bytes.replace(/^\ufeff/, '')
    const path = `/project/migrations/${name}`
    const parsed = parseFileName(name)
    if (parsed.is === 'migration') files.push({ ...parsed, file: `migrations/${name}`, path, text })
    else if (name.startsWith('_')) helpers.set(path, text)
  }
  return readMigrations({ files, helpers, package: { type, consulted: [] }, diagnostics: [] })
}

/** The only migration of a folder that has nothing to object to. Throws when there are problems or more migrations. */
export function readOnly(folder: Folder): ParsedMigration {
  const { migrations, diagnostics } = readFolder(folder)
  const [migration, ...others] = migrations
  if (!migration || others.length > 0 || diagnostics.length > 0) {
    throw new TypeError(`expected one migration: ${diagnostics.map(shown).join('; ')}`)
  }
  return migration
}

/** `001_a.ts:2:3 CODE`, the folder's name left out. */
export const shown = ({ file, line, column, code }: Diagnostic): string =>
  `${file.replace(/^migrations\//, '')}:${line}:${column} ${code}`

/** What a side is, without its nodes: the texts of SQL, or the source of a function. */
export function essence(side: Side | null): unknown {
  if (side === null) return null
  if (side.kind === 'sql') return side.pieces.map(({ text }) => text)
  return { async: side.async, code: side.node.getText() }
}

/** The mark that shows in a test's text where a problem is expected; it is taken out before reading. */
export const HERE = '▸'

/** A folder without its marks, and the places `file:line:column` at which they stood. */
export function unmark(folder: Folder): { folder: Folder; places: string[] } {
  const clean: Record<string, string> = {}
  const places: string[] = []
  for (const [name, text] of Object.entries(folder)) {
    let rest = text
    for (let at = rest.indexOf(HERE); at >= 0; at = rest.indexOf(HERE)) {
      const before = rest.slice(0, at)
      places.push(`${name}:${before.split('\n').length}:${at - before.lastIndexOf('\n')}`)
      rest = before + rest.slice(at + HERE.length)
    }
    clean[name] = rest
  }
  return { folder: clean, places }
}
