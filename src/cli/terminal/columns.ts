// Lines up rows of text in columns. Knows about colours, which take no room.
import { printedWidth } from './style.js'

/** Rows as lines, cells padded to the widest of their column, two spaces between, nothing after the last. */
export function columns(rows: readonly (readonly string[])[]): string[] {
  const widths: number[] = []
  for (const row of rows) {
    row.forEach((cell, index) => {
      widths[index] = Math.max(widths[index] ?? 0, printedWidth(cell))
    })
  }
  return rows.map((row) =>
    row
      .map((cell, index) => cell + ' '.repeat((widths[index] ?? 0) - printedWidth(cell)))
      .join('  ')
      .trimEnd(),
  )
}
