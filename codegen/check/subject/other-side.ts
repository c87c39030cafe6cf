// Finds the side of a migration that a comment is not in.
import type { Position } from '../../model/diagnostic.js'
import type { ParsedMigration, Side } from '../../model/migration.js'

/** Lines of a file. */
export interface Lines {
  readonly file: string
  readonly first: number
  readonly last: number
}

/**
 * The lines of `down` for a position in `up`, and vice versa; null for a position in neither. What is above one side, and below
 * the other, belongs to it.
 */
export function otherSide(at: Position, migrations: readonly ParsedMigration[]): Lines | null {
  for (const { up, down } of migrations) {
    if (!up || !down) continue
    const [first, second] = [linesOf(up), linesOf(down)].sort((one, two) => one.first - two.first)
    const [above, below] = isFollowed(first!, second!)
      ? meeting(first!, second!)
      : [first!, second!]
    if (isIn(at, above)) return below
    if (isIn(at, below)) return above
  }
  return null
}

/** Whether a position is on one of the lines. */
export const isIn = ({ file, line }: Position, lines: Lines): boolean =>
  lines.file === file && lines.first <= line && line <= lines.last

/** A section of an SQL file ends with the file, or where the next one begins. */
const linesOf = ({ position, node }: Side): Lines => ({
  file: position.file,
  first: position.line,
  last: node?.getEndLineNumber() ?? Infinity,
})

const isFollowed = (first: Lines, second: Lines): boolean =>
  first.file === second.file && first.first < second.first

const meeting = (first: Lines, second: Lines): [Lines, Lines] => {
  const last = Math.min(first.last, second.first - 1)
  return [
    { ...first, last },
    { ...second, first: last + 1 },
  ]
}
