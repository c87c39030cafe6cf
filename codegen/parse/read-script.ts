// Reads a script of the folder: finds out in which of the forms it is written and reads it accordingly.
import { Node, type SourceFile } from 'ts-morph'
import type { Position } from '../model/diagnostic.js'
import type { MigrationFile, ParsedMigration } from '../model/migration.js'
import { listExpected, notAMigration } from './form-problems.js'
import { readClass } from './read-class.js'
import { rangeText } from '../diagnostics/versions-left.js'
import { readList } from './read-list.js'
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

/** The migration of a script, or all of a list. What cannot be read is reported, and blank or left out. */
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

/** Whether the file exports in a way that is not read; says so. */
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

/** The named exports of a file are the members of its migration, even when there are none. */
function readExports(start: Start, { exports, names }: Module, reader: Reader): ParsedMigration {
  const up = exports.get('up')
  const position = up ? reader.place(statementOf(declared(up, names))) : start.position
  checkSpelling(exports, reader)
  return readSingle({ ...start, position, form: 'exports' }, exports, reader)
}

/** What an export of its own says no more about than a name: `export { up }`. */
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
