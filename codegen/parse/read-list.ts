// Reads the list form: several migrations in one file, all SQL, whose versions are exactly the file's range.
import { snakeCase } from 'change-case'
import type { Node } from 'ts-morph'
import { versionId } from '../../src/model/version.js'
import { rangeText } from '../diagnostics/versions-left.js'
import type { Position } from '../model/diagnostic.js'
import type { Declared, MigrationFile, ParsedMigration, Side } from '../model/migration.js'
import {
  listElement,
  listExtra,
  listFunction,
  listMissing,
  listName,
  listRepeated,
  listSqlAndUp,
  listVersionMissing,
} from './form-problems.js'
import { checkSpelling, readMigration } from './read-migration.js'
import type { Reader } from './reader.js'
import type { ListValue, Members } from './values.js'

/**
 * The migrations of a list in the order in which they are written; `position` is that of the list. An element that
 * states no name takes the file's. Elements whose version cannot be read are left out, and then nothing is said about
 * missing versions.
 */
export function readList(
  found: { readonly file: MigrationFile; readonly position: Position },
  list: ListValue,
  reader: Reader,
): ParsedMigration[] {
  const elements = list.items.map((item) => readElement(item, found.file, reader))
  const read = elements.filter((element) => element !== null)
  checkRange(found.file, read, reader)
  if (read.length === elements.length) checkComplete(found, read, reader)
  return read
}

function readElement(item: Node, file: MigrationFile, reader: Reader): ParsedMigration | null {
  const value = reader.evaluate(item)
  if (value === null) return null
  const position = reader.place(value.node)
  if (value.is !== 'object') return reader.report(listElement(position))
  const { members } = value
  checkSpelling(members, reader)
  const migration = readMigration({ form: 'list', file, position }, members, reader)
  const { declaredVersion, declaredName } = migration
  const named = declaredName === null || checkName(declaredName, reader)
  if (declaredVersion === null) return withoutVersion(members, position, reader)
  const names = { version: declaredVersion.value, name: declaredName?.value ?? file.name }
  const unreadable = migration.unreadable || !named
  return checkSides({ ...migration, ...names, unreadable }, members, reader)
}

/** Whether a name is spelt as in the name of a file; says so where it is not. */
function checkName({ value, position }: Declared<string>, reader: Reader): boolean {
  if (isName(value)) return true
  const suggestion = snakeCase(value)
  reader.report(listName(position, value, isName(suggestion) ? suggestion : null))
  return false
}

const isName = (text: string): boolean => /^[a-z0-9]+(_[a-z0-9]+)*$/.test(text)

function withoutVersion(members: Members, position: Position, reader: Reader): null {
  return members.has('version') ? null : reader.report(listVersionMissing(position))
}

function checkSides(migration: ParsedMigration, members: Members, reader: Reader): ParsedMigration {
  const twice = members.has('sql') && members.has('up')
  if (twice) reader.report(listSqlAndUp(migration.position))
  const up = checkSql(members.has('sql') ? 'sql' : 'up', migration.up, reader)
  const down = checkSql('down', migration.down, reader)
  const unreadable = twice || up !== migration.up || down !== migration.down
  return { ...migration, up, down, unreadable: migration.unreadable || unreadable }
}

const checkSql = (name: string, side: Side | null, reader: Reader): Side | null =>
  side?.kind === 'code' ? reader.report(listFunction(side.position, name)) : side

function checkRange(file: MigrationFile, read: readonly ParsedMigration[], reader: Reader): void {
  const lines = new Map<number, number>()
  for (const { version, position, declaredVersion } of read) {
    const at = declaredVersion?.position ?? position
    const first = lines.get(version)
    if (first !== undefined) reader.report(listRepeated(at, versionId(version), first))
    else if (version < file.from || version > file.to) {
      reader.report(listExtra(at, versionId(version), rangeText(file)))
    }
    lines.set(version, first ?? at.line)
  }
}

function checkComplete(
  { file, position }: { readonly file: MigrationFile; readonly position: Position },
  read: readonly ParsedMigration[],
  reader: Reader,
): void {
  const present = new Set(read.map(({ version }) => version))
  const missing: string[] = []
  for (let version = file.from; version <= file.to; version++) {
    if (!present.has(version)) missing.push(versionId(version))
  }
  if (missing.length > 0) reader.report(listMissing(position, enumerate(missing), rangeText(file)))
}

/** `001, 002 or 003`; of a long list the first ten. */
function enumerate(versions: readonly string[]): string {
  if (versions.length > 10)
    return `${versions.slice(0, 10).join(', ')} and ${versions.length - 10} more`
  const [last, ...rest] = versions.toReversed()
  return rest.length === 0 ? `${last}` : `${rest.toReversed().join(', ')} or ${last}`
}
