// Reads a script of the folder: detects its form and reads it accordingly.
import { Node, type SourceFile } from 'ts-morph'
import type { Position } from '../model/diagnostic.js'
import type { MigrationFile, ParsedMigration, Declared, Side } from '../model/migration.js'
import {
  listExpected,
  notAMigration,
  listElement,
  listExtra,
  listFunction,
  listMissing,
  listName,
  listRepeated,
  listSqlAndUp,
  listVersionMissing,
} from './form-problems.js'
import { readClass } from './read-class.js'
import { rangeText } from '../diagnostics/versions-left.js'
import {
  blankFile,
  blankMigration,
  checkSpelling,
  firstLine,
  readMigration,
  type Found,
} from './read-migration.js'
import type { Reader } from './reader.js'
import { commonJs, reexported, secondDefault } from './reading-problems.js'
import type { Module } from './module.js'
import type { ListValue, Members, Value } from './values.js'
import { snakeCase } from 'change-case'
import { versionId } from '../../src/model/version.js'

/** The migration of a script, or all migrations of a list. Whatever cannot be read is reported, and is blank or left out. */
export function readScript(
  file: MigrationFile,
  source: SourceFile,
  reader: Reader,
): ParsedMigration[] {
  const module = reader.module(source)
  const main = module.exports.get('default')
  const position = main ? reader.place(statementOf(main)) : firstLine(file)
  if (hasObstacle(file, module, reader)) return [blankFile(file, position)]
  return main
    ? readDefault({ file, position }, main, reader)
    : [readExports({ file, position }, module, reader)]
}

/** Whether the file exports in a way that is not supported; reports it. */
function hasObstacle({ moduleBy }: MigrationFile, module: Module, reader: Reader): boolean {
  const { exports, stars, commonJs: common, secondDefault: second } = module
  const main = exports.get('default')
  const [star] = stars
  const before = reader.problems.length
  if (common) reader.report(commonJs(reader.place(common), moduleBy))
  if (second) reader.report(secondDefault(reader.place(second)))
  if (main && Node.isExportSpecifier(main)) reader.report(reexported(reader.place(main)))
  if (star && !main && !exports.has('up')) reader.report(reexported(reader.place(star)))
  return reader.problems.length > before
}

const statementOf = (node: Node): Node =>
  Node.isStatement(node) ? node : node.getFirstAncestorOrThrow(Node.isStatement)

interface Start {
  readonly file: MigrationFile
  readonly position: Position
}

function readDefault(start: Start, main: Node, reader: Reader): ParsedMigration[] {
  const value = reader.evaluate(main)
  if (value === null) return [blankFile(start.file, start.position)]
  if (value.is === 'list') return readList(start, value, reader)
  const members = membersOf(value, start.position, reader)
  if (members && value.is === 'object') checkSpelling(members, reader)
  return [
    readSingle({ ...start, form: value.is === 'class' ? 'class' : 'object' }, members, reader),
  ]
}

function membersOf(value: Exclude<Value, ListValue>, at: Position, reader: Reader): Members | null {
  if (value.is === 'object') return value.members
  if (value.is === 'class') return readClass(value, reader)
  const what = value.is === 'function' ? 'a function' : 'a plain value'
  return reader.report(notAMigration(at, what))
}

/** The named exports of a file are the members of its migration, even if there are none. */
function readExports(start: Start, { exports, names }: Module, reader: Reader): ParsedMigration {
  const up = exports.get('up')
  const position = up ? reader.place(statementOf(declared(up, names))) : start.position
  checkSpelling(exports, reader)
  return readSingle({ ...start, position, form: 'exports' }, exports, reader)
}

/** The declaration behind an export that only names it: `export { up }`. */
function declared(node: Node, names: Module['names']): Node {
  const binding = Node.isIdentifier(node) ? names.get(node.getText()) : undefined
  return binding?.is === 'value' ? binding.node : node
}

function readSingle(found: Found, members: Members | null, reader: Reader): ParsedMigration {
  const { file, position } = found
  if (members === null) return blankMigration(found)
  if (file.from === file.to) return readMigration(found, members, reader)
  reader.report(listExpected(position, rangeText(file)))
  return blankMigration(found)
}

/**
 * The migrations of a list in the order in which they are written; `position` is that of the list. An element without a name
 * takes the file's. Elements whose version cannot be read are left out, and then missing versions are not reported.
 */
function readList(
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

/** Whether a name is spelt as file names require; reports it if not. */
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

/** `001, 002 or 003`; for a long list the first ten. */
function enumerate(versions: readonly string[]): string {
  if (versions.length > 10)
    return `${versions.slice(0, 10).join(', ')} and ${versions.length - 10} more`
  const [last, ...rest] = versions.toReversed()
  return rest.length === 0 ? `${last}` : `${rest.toReversed().join(', ')} or ${last}`
}
