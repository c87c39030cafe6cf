// Reads one SQL file: its sections, the options after its markers, and the facts in its comments.
import { splitStatements } from '../../src/sql/split-statements.js'
import type { Diagnostic, Position } from '../model/diagnostic.js'
import type { Declared, FileKind, MigrationFile, SqlSide } from '../model/migration.js'
import type { Reader } from './reader.js'
import {
  outlineSql,
  type Marker,
  type SqlOutline,
  type Stated,
  type StatedName,
  type Word,
} from './sql-outline.js'
import {
  sqlBeforeMarker,
  sqlCommentEmpty,
  sqlCommentRepeated,
  sqlMarkerFile,
  sqlMarkerForeign,
  sqlMarkerPlace,
  sqlMarkerRepeated,
  sqlMarkerUnknown,
  sqlNul,
} from './sql-file-problems.js'

/** The section of an SQL file that a statement belongs to. */
export type Direction = 'up' | 'down'

/** The content of one SQL file. */
export interface SqlFile {
  readonly sides: ReadonlyMap<Direction, SqlSide>
  readonly stated: ReadonlyMap<StatedName, Declared<string>>
  /** The options of each direction: the words after its marker, and lines such as `-- transaction: false`. */
  readonly options: ReadonlyMap<Direction, readonly Declared<string>[]>
  /** Comments that begin with the word `needs` and are prose, unless names of histories follow. */
  readonly maybeNeeds: readonly Declared<string>[]
}

/** Reads an SQL file; problems are reported, and the rest is still read. */
export function readSqlFile(file: MigrationFile, reader: Reader): SqlFile {
  const text = file.text.replaceAll('\r\n', '\n')
  const script: Script = { file, text, lines: lineStarts(text) }
  const outline = outlineSql(script.text)
  const nul = script.text.indexOf('\0')
  if (nul >= 0) reader.report(sqlNul(placeIn(script, nul)))
  for (const { start, text, direction, bare } of outline.foreign) {
    // In a section that already has a marker, it is a heading.
    const isHeading = bare && sectionAt(start, script, outline) === direction
    if (!isHeading) reader.report(sqlMarkerForeign(placeIn(script, start), text.trim(), direction))
  }
  const markers = checkMarkers(script, outline.markers, reader)
  return {
    sides: readSides(script, outline.markers, markers),
    stated: readStated(script, outline.stated, reader),
    options: optionsOf(script, markers, outline),
    maybeNeeds: outline.maybeNeeds.flatMap(({ value, start }) =>
      value === '' ? [] : [{ value, position: placeIn(script, start) }],
    ),
  }
}

/** A file with its text in LF line endings, which offsets refer to. */
interface Script {
  readonly file: MigrationFile
  readonly text: string
  /** The offset where each line begins. */
  readonly lines: readonly number[]
}

function lineStarts(text: string): number[] {
  const starts = [0]
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  return starts
}

function placeIn({ file, lines }: Script, offset: number): Position {
  let line = 0
  for (let high = lines.length; high - line > 1;) {
    const middle = (line + high) >> 1
    if (lines[middle]! <= offset) line = middle
    else high = middle
  }
  return { file: file.file, line: line + 1, column: offset - lines[line]! + 1 }
}

function optionsOf(
  script: Script,
  markers: ReadonlyMap<Direction, Marker>,
  outline: SqlOutline,
): Map<Direction, Declared<string>[]> {
  const declared = ({ text, start }: Word): Declared<string> => ({
    value: text,
    position: placeIn(script, start),
  })
  const wordsOf = (direction: Direction): Word[] => [
    ...(markers.get(direction)?.options ?? []),
    ...outline.options.filter((line) => directionAt(line.start, script, outline) === direction),
  ]
  const inOrder = (a: Word, b: Word): number => a.start - b.start
  return new Map(
    DIRECTIONS.map((direction) => [direction, wordsOf(direction).sort(inOrder).map(declared)]),
  )
}

const DIRECTIONS: readonly Direction[] = ['up', 'down']

/** The section that a line belongs to; above the first marker that is `up`, but in a file for `down` alone. */
const directionAt = (offset: number, script: Script, outline: SqlOutline): string =>
  sectionAt(offset, script, outline) ?? 'up'

/** Undefined if neither a marker nor the file name decides it. */
function sectionAt(offset: number, { file }: Script, { markers }: SqlOutline): string | undefined {
  const marker = markers.findLast(({ start }) => start < offset)
  return marker?.direction ?? ONLY[file.kind]
}

/** The marker of each direction, after reporting any that are wrong. */
function checkMarkers(
  script: Script,
  markers: readonly Marker[],
  reader: Reader,
): Map<Direction, Marker> {
  const valid = new Map<Direction, Marker>()
  const above = script.text.slice(0, markers[0]?.start ?? 0)
  const [stray] = splitStatements(above)
  if (stray) {
    const own = ONLY[script.file.kind] ?? 'up'
    const below = markers.some(({ direction }) => direction === own) ? 'marker' : 'none'
    reader.report(sqlBeforeMarker(placeIn(script, stray.start), own, below))
  }
  for (const marker of markers) {
    const problem = problemOf(script, marker, valid)
    if (problem) reader.report(problem)
    else valid.set(marker.direction as Direction, marker)
  }
  return valid
}

function problemOf(
  script: Script,
  { direction, start, text, alone }: Marker,
  earlier: ReadonlyMap<string, Marker>,
): Diagnostic | null {
  const at = placeIn(script, start)
  if (direction !== 'up' && direction !== 'down') return sqlMarkerUnknown(at, text.trim())
  if (!alone) return sqlMarkerPlace(at)
  const only = ONLY[script.file.kind]
  if (only && only !== direction) return sqlMarkerFile(at, only)
  const first = earlier.get(direction)
  return first ? sqlMarkerRepeated(at, direction, placeIn(script, first.start).line) : null
}

/** The direction of a file that has only one. */
const ONLY: Partial<Record<FileKind, Direction>> = { 'sql-up': 'up', 'sql-down': 'down' }

/** The text of each direction: that below its marker, or the whole file if it has no marker at all. */
function readSides(
  script: Script,
  all: readonly Marker[],
  valid: ReadonlyMap<Direction, Marker>,
): Map<Direction, SqlSide> {
  if (all.length === 0) return new Map([[ONLY[script.file.kind] ?? 'up', sideOf(script, 0)]])
  const sides = [...valid].map(([direction, marker]): [Direction, SqlSide] => {
    const next = all.find(({ start }) => start > marker.start)
    return [direction, sideOf(script, marker.end + 1, next?.start)]
  })
  return new Map(sides)
}

/** The lines of a section; `begin` is the start of its first line. An empty section is placed on the line above. */
function sideOf(script: Script, begin: number, end?: number): SqlSide {
  const text = script.text.slice(begin, end).trimEnd()
  const position = placeIn(script, text === '' ? Math.max(0, begin - 1) : begin)
  const piece = { text, position: { ...position, column: 1 }, verbatim: true }
  return { kind: 'sql', pieces: [piece], position: piece.position }
}

function readStated(
  script: Script,
  all: readonly Stated[],
  reader: Reader,
): Map<StatedName, Declared<string>> {
  const stated = new Map<StatedName, Declared<string>>()
  for (const { name, value, start, valueStart } of all) {
    const position = placeIn(script, start)
    const first = stated.get(name)
    if (first) reader.report(sqlCommentRepeated(position, name, first.position.line))
    else if (value === '') reader.report(sqlCommentEmpty(position, name))
    else
      stated.set(name, {
        value,
        position: name === 'needs' ? placeIn(script, valueStart) : position,
      })
  }
  return stated
}
