// Reads a migration in SQL: one file with sections, or the two files of a pair.
import { splitStatements } from '../../src/sql/split-statements.js'
import type { Position } from '../model/diagnostic.js'
import type { Declared, MigrationFile, ParsedMigration, SqlSide } from '../model/migration.js'
import { blankMigration, firstLine } from './read-migration.js'
import { derivedSide } from './derived-side.js'
import { readNeedsText } from './read-needs.js'
import { readSqlFile, type Direction, type SqlFile } from './read-sql-file.js'
import type { Reader } from './reader.js'
import {
  sqlCommentRepeated,
  sqlDownTwice,
  sqlOptionDiffers,
  sqlOptionRepeated,
  sqlOptionUnknown,
} from './sql-file-problems.js'
import type { StatedName } from './sql-outline.js'
import { foldCase } from '../../src/sql/names.js'

/** The migration of an SQL file, or of an `.up.sql` file and the `.down.sql` file that belongs to it. */
export function readSql(
  file: MigrationFile,
  downFile: MigrationFile | undefined,
  reader: Reader,
): ParsedMigration {
  const before = reader.problems.length
  const sides = [file, ...(downFile ? [downFile] : [])].map((side) => readSqlFile(side, reader))
  const stated = mergeStated(sides, reader)
  const up = sideOf('up', sides)
  const own = downOf(sides, stated.has('irreversible') || stated.has('down'))
  const derive = stated.get('down')
  const needs = stated.get('needs')
  const maybeNeeds = sides.flatMap((side) => side.maybeNeeds)
  if (derive && own) reader.report(sqlDownTwice(derive.position, own.position.line))
  return {
    ...blankMigration({ form: 'sql', file, position: firstLine(file) }),
    ...(downFile && { downFile }),
    ...readOptions(sides, reader),
    description: stated.get('description') ?? null,
    effects: stated.get('effects') ?? null,
    irreversible: stated.get('irreversible') ?? null,
    up,
    down: own ?? (derive ? derivedSide(derive.position, up, reader) : null),
    ...(needs && { needs: readNeedsText(needs, reader) }),
    ...(maybeNeeds.length > 0 && { maybeNeeds }),
    unreadable: reader.problems.length > before,
  }
}

const sideOf = (direction: Direction, sides: readonly SqlFile[]): SqlSide | null =>
  sides.map(({ sides }) => sides.get(direction)).find((side) => side) ?? null

/** A `down` section that only states why there is no `down`, or that it is to be derived, does not count. */
function downOf(sides: readonly SqlFile[], said: boolean): SqlSide | null {
  const down = sideOf('down', sides)
  const hasStatement = down?.pieces.some(({ text }) => splitStatements(text).length > 0)
  return said && !hasStatement ? null : down
}

function mergeStated(sides: readonly SqlFile[], reader: Reader): Map<StatedName, Declared<string>> {
  const merged = new Map<StatedName, Declared<string>>()
  for (const [name, stated] of sides.flatMap((side) => [...side.stated])) {
    const first = merged.get(name)
    if (first) reader.report(sqlCommentRepeated(stated.position, name, first.position.line))
    else merged.set(name, stated)
  }
  return merged
}

type Options = Pick<ParsedMigration, 'transaction' | 'foreignKeys'>

/** The options of `migrate:up`. For `migrate:down` the same may be repeated, but no others given. */
function readOptions(sides: readonly SqlFile[], reader: Reader): Options {
  const up = optionsOf('up', sides, reader)
  const down = optionsOf('down', sides, reader)
  for (const { key, position } of down.values()) {
    if (up.get(key)) continue
    reader.report(sqlOptionDiffers(position, key))
  }
  const transaction = up.get('transaction:false') ?? up.get('transaction:true')
  const enforce = up.get('foreign_keys:enforce')
  return {
    transaction: transaction
      ? { value: transaction.key === 'transaction:true', position: transaction.position }
      : null,
    foreignKeys: enforce ? { value: 'enforce', position: enforce.position } : null,
  }
}

/** An option as spelt in `OPTIONS`. */
interface Option {
  readonly key: string
  readonly position: Position
}

const OPTIONS = new Set(['transaction:false', 'transaction:true', 'foreign_keys:enforce'])

const nameOf = (key: string): string => key.slice(0, key.indexOf(':'))

function optionsOf(
  direction: Direction,
  sides: readonly SqlFile[],
  reader: Reader,
): Map<string, Option> {
  const found = new Map<string, Option>()
  for (const { value, position } of sides.flatMap(({ options }) => options.get(direction) ?? [])) {
    const key = foldCase(value)
    const first = [...found.values()].find((one) => nameOf(one.key) === nameOf(key))
    if (!OPTIONS.has(key)) reader.report(sqlOptionUnknown(position, value))
    else if (first) reader.report(sqlOptionRepeated(position, nameOf(key), first.position.line))
    else found.set(key, { key, position })
  }
  return found
}
